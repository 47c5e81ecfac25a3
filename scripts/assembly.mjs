// Compiles AssemblyScript into TypeScript modules that hold the WebAssembly as base64, so that it works wherever
// the sources do. What it writes is committed: only a change of the AssemblyScript makes it compile again.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const base = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--disableWarning', '112'];
/** What threads share has a maximum: that of the threaded build of TensorFlow.js, 4 GB. */
const shared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];

/**
 * What is compiled: the folder whose ./assembly it is, and the options of each build under the name that the module
 * exports it by. The memory of wasmTraining comes from TensorFlow.js; `stub` and the lack of static data leave nothing
 * of its own in there. That of fused is its own.
 */
const assemblies = {
  wasmTraining: {
    folder: join('src', 'tfjs', 'wasm'),
    besides: [],
    builds: [
      {
        name: 'unshared',
        about: 'For a memory that belongs to one thread.',
        options: [...base, '--importMemory'],
      },
      {
        name: 'shared',
        about: 'For a memory that threads share.',
        options: [...base, '--importMemory', ...shared],
      },
    ],
  },
  fused: {
    folder: join('src', 'notebook', 'engines', 'fused'),
    besides: ['layout.ts'],
    builds: [{ name: 'binary', about: 'The fused kernel, with a memory of its own.', options: base }],
  },
};

/** @typedef {keyof typeof assemblies} AssemblyName */

/**
 * @param {AssemblyName} [name]
 * @param {number} [build] which of its builds
 * @returns {Promise<string>} the WebAssembly, in base64
 */
export async function assemble(name = 'wasmTraining', build = 0) {
  const { folder, builds } = assemblies[name];
  const { default: asc } = await import('assemblyscript/asc');
  const options = builds[build]?.options ?? [];
  let binary = new Uint8Array();
  const entry = join(folder, 'assembly', 'index.ts');
  const { error, stderr } = await asc.main([entry, '--baseDir', root, '--outFile', 'out.wasm', ...options], {
    writeFile: (_name, contents) => {
      binary = Buffer.from(contents);
    },
  });
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
  return Buffer.from(binary).toString('base64');
}

/**
 * What the compiled module depends on.
 *
 * @param {AssemblyName} [name]
 */
export async function assemblyDigest(name = 'wasmTraining') {
  const { folder, besides, builds } = assemblies[name];
  const hash = createHash('sha256').update(JSON.stringify(builds));
  const sources = (await readdir(join(root, folder, 'assembly')))
    .sort()
    .map((file) => join('assembly', file));
  for (const file of [...sources, ...besides])
    hash.update(basename(file)).update(await readFile(join(root, folder, file)));
  const { version } = JSON.parse(
    await readFile(join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8'),
  );
  return hash.update(version).digest('hex');
}

/** Writes the modules anew whose sources have changed. */
export async function buildAssembly() {
  for (const name of /** @type {AssemblyName[]} */ (Object.keys(assemblies))) {
    const { folder, builds } = assemblies[name];
    const target = join(root, folder, 'binary.ts');
    const digest = await assemblyDigest(name);
    const present = await readFile(target, 'utf8').catch(() => '');
    if (present.includes(digest)) continue;
    const parts = [
      '// Written by scripts/assembly.mjs out of ./assembly, in WebAssembly, as base64.',
      `/** Of the sources, the compiler's version and its options. */\nexport const digest = '${digest}';`,
    ];
    for (const [index, build] of builds.entries()) {
      parts.push(`/** ${build.about} */\nexport const ${build.name} =\n  '${await assemble(name, index)}';`);
    }
    await writeFile(target, `${parts.join('\n\n')}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssembly();
