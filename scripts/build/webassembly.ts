// Compiles AssemblyScript. Beside each folder of sources is a module binary.js, which git ignores: the WebAssembly as
// base64, so that it works wherever the sources do. It is rebuilt when the sources, the compiler or its options change.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';

const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--disableWarning', '112'];

interface Module {
  /** Its ./assembly/index.ts is compiled and binary.js written. */
  readonly folder: string;
  /** Sources outside of ./assembly. */
  readonly besides: readonly string[];
  /** The compiler's options. */
  readonly options: readonly string[];
}

/**
 * The memory is the wasm backend's own; with `stub` and no static data the kernels put nothing of their own into it.
 */
export const webAssembly = {
  fused: { folder: 'src/notebook/engines/fused', besides: ['layout.ts'], options },
  wasmTraining: { folder: 'src/tfjs/wasm', besides: [], options: [...options, '--importMemory'] },
} as const satisfies Record<string, Module>;

/** The files that are written here, by their paths in git. */
export const compiledFiles: readonly string[] = Object.values(webAssembly).map(
  ({ folder }) => `${folder}/binary.js`,
);

let building: Promise<void> | undefined;

/** Writes every binary.js that is missing or out of date, once in this process. */
export const buildWebAssembly = (): Promise<void> => (building ??= compileStale());

/** Lets bundles be made while AssemblyScript is compiled: they wait where they import its result. */
export const webAssemblyPlugin: Plugin = {
  name: 'WebAssembly',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/binary\.js$/ }, async ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      if (!compiledFiles.some((compiled) => file === join(packageRoot(), compiled))) return undefined;
      await buildWebAssembly();
      // esbuild would look in the list of the folder's files, which may be older than this one.
      return { path: file };
    });
  },
};

async function compileStale(): Promise<void> {
  const stale: { module: Module; target: string; head: string }[] = [];
  for (const module of Object.values<Module>(webAssembly)) {
    const target = join(packageRoot(), module.folder, 'binary.js');
    const head = `// Made by scripts/build/webassembly.ts out of ./assembly: ${await digestOf(module)}`;
    if (!(await readFile(target, 'utf8').catch(() => '')).startsWith(head))
      stale.push({ module, target, head });
  }
  const compiled = await compile(stale.map(({ module }) => module));
  for (const [at, { target, head }] of stale.entries()) {
    // Written as a whole or not at all, because an incomplete file would start with the same line.
    await writeFile(`${target}.${process.pid}`, `${head}\nexport const binary =\n  '${compiled[at]}';\n`);
    await rename(`${target}.${process.pid}`, target);
  }
}

/** In a separate process: the loader that runs these TypeScript files needs 7 s to read the compiler. */
const compiler = `
  import asc from 'assemblyscript/asc';
  for (const args of JSON.parse(process.argv[1])) {
    const { error, stderr } = await asc.main(args, {
      writeFile: (_name, binary) => console.log(Buffer.from(binary).toString('base64')),
    });
    if (error) throw new Error(error.message + '\\n' + stderr);
  }`;

/**
 * Compiles modules.
 *
 * @returns the WebAssembly of each in base64
 * @throws Error with the compiler's message
 */
export async function compile(modules: readonly Pick<Module, 'folder' | 'options'>[]): Promise<string[]> {
  if (modules.length === 0) return [];
  const runs = modules.map(({ folder, options }) => [
    `${folder}/assembly/index.ts`,
    '--baseDir',
    '.',
    '--outFile',
    'out.wasm',
    ...options,
  ]);
  // The compiler is itself WebAssembly: optimizing it would take longer than it saves in these few seconds.
  const args = ['--liftoff-only', '--input-type=module', '-e', compiler, JSON.stringify(runs)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot() });
  return stdout.trim().split('\n');
}

/** The hash of everything that affects the result. */
async function digestOf({ folder, besides, options }: Module): Promise<string> {
  const read = (...path: string[]) => readFile(join(packageRoot(), ...path), 'utf8');
  const { version } = JSON.parse(await read('node_modules', 'assemblyscript', 'package.json'));
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  const assembly = (await readdir(join(packageRoot(), folder, 'assembly'))).sort();
  for (const file of [...assembly.map((name) => join('assembly', name)), ...besides])
    hash.update(JSON.stringify([file, await read(folder, file)]));
  return hash.digest('hex');
}
