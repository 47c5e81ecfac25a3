// Compiles AssemblyScript into a TypeScript module that holds the WebAssembly as base64, so that it works wherever
// the sources do. What it writes is committed: only a change of the AssemblyScript makes it compile again.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join('src', 'backends', 'wasmTraining');
const target = join(root, folder, 'binary.ts');

/** The memory comes from TensorFlow.js; `stub` and the lack of static data leave nothing of its own in there. */
const options = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--enable',
  'simd',
  '--disableWarning',
  '112',
];
/** What threads share has a maximum: that of the threaded build of TensorFlow.js, 4 GB. */
const shared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];

/**
 * @param {string[]} [more] options of the compiler
 * @returns {Promise<string>} the kernels of wasm training, as WebAssembly in base64
 */
export async function assemble(more = []) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary = new Uint8Array();
  const entry = join(folder, 'assembly', 'index.ts');
  const { error, stderr } = await asc.main(
    [entry, '--baseDir', root, '--outFile', 'out.wasm', ...options, ...more],
    {
      writeFile: (_name, contents) => {
        binary = Buffer.from(contents);
      },
    },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
  return Buffer.from(binary).toString('base64');
}

/** What the compiled module depends on. */
export async function assemblyDigest() {
  const hash = createHash('sha256').update(JSON.stringify([options, shared]));
  const sources = join(root, folder, 'assembly');
  for (const name of (await readdir(sources)).sort())
    hash.update(name).update(await readFile(join(sources, name)));
  const { version } = JSON.parse(
    await readFile(join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8'),
  );
  return hash.update(version).digest('hex');
}

/** Writes the module anew if its sources have changed. */
export async function buildAssembly() {
  const digest = await assemblyDigest();
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present.includes(digest)) return;
  await writeFile(
    target,
    `// Written by scripts/assembly.mjs out of ./assembly, in WebAssembly, as base64.

/** Of the sources, the compiler's version and its options. */
export const digest = '${digest}';

/** For a memory that belongs to one thread. */
export const unshared =
  '${await assemble()}';

/** For a memory that threads share. */
export const shared =
  '${await assemble(shared)}';
`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssembly();
