// Builds the entries that register kernels, backproof/wasm-training and backproof/cpu-fixes: as ES modules and as
// CommonJS, for Node and browsers, with TensorFlow.js left to the user, whose copy they register their kernels on.
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildAssembly } from './assembly.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** @type {Record<string, string>} */
const entries = { 'wasm-training': 'wasm', 'cpu-fixes': 'cpu' };

/** Writes dist/NAME.js and dist/NAME.cjs. */
export async function buildKernelEntries() {
  await buildAssembly();
  for (const [format, ending] of /** @type {const} */ ([
    ['esm', '.js'],
    ['cjs', '.cjs'],
  ])) {
    await build({
      absWorkingDir: root,
      entryPoints: Object.entries(entries).map(([out, folder]) => ({
        in: `src/tfjs/${folder}/index.ts`,
        out,
      })),
      outdir: 'dist',
      outExtension: { '.js': ending },
      bundle: true,
      format,
      platform: 'neutral',
      target: 'es2022',
      external: ['@tensorflow/*'],
      logLevel: 'warning',
    });
  }
}

/** Writes dist/types/NAME.d.ts and .d.cts out of the types of the sources. */
export async function copyKernelTypes() {
  const types = join(root, 'dist', 'types');
  for (const [name, folder] of Object.entries(entries)) {
    const source = join(types, 'tfjs', folder, 'index.d.ts');
    await copyFile(source, join(types, `${name}.d.ts`));
    await copyFile(source, join(types, `${name}.d.cts`));
  }
}
