import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepShipped } from '../shipped.ts';

/**
 * Registers the wasm backend with its binaries and the kernels for training.
 *
 * @throws Error if it is not installed
 */
export async function registerWasm(): Promise<void> {
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  keepShipped('wasm');
  await import('./index.ts');
  setWasmPaths(binariesOf(version_wasm));
}

/**
 * The folder of the backend's binaries: that of the installed package if it has the version that runs, else the folder
 * beside the program, in which the backend is bundled.
 */
function binariesOf(version: string): string {
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
    if (require(manifest).version === version) return `${dirname(manifest)}${sep}dist${sep}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
  }
  return fileURLToPath(new URL('./binaries/', import.meta.url));
}
