// Bundlers do not serve the .wasm files of TensorFlow.js's wasm backend, and without them TensorFlow.js silently falls
// back to another backend. In browsers this entry carries the binaries in modules that are loaded on demand.

import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { env, findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';

/** The builds on which these kernels run. There is none for browsers without SIMD, which the kernels refuse. */
const loaders = {
  'tfjs-backend-wasm-simd.wasm': () => import('./binaries/simd.js'),
  'tfjs-backend-wasm-threaded-simd.wasm': () => import('./binaries/threadedSimd.js'),
} as const;
type Name = keyof typeof loaders;

const PRIORITY = 2;

/** Thrown from the backend's synchronous request for a file's address, which cannot wait for the file. */
class Asked extends Error {
  constructor(readonly file: Name) {
    super(`expected ${file} to be loaded before`);
  }
}

/**
 * In browsers: lets the backend `wasm` find its binaries without a server that has them. A `setWasmPaths` with a file
 * for each build, called after the import, takes precedence. Elsewhere it does nothing.
 */
export function bringBinaries(): void {
  if (!env().getBool('IS_BROWSER') || env().getBool('IS_NODE')) return;
  const shipped = findBackendFactory('wasm');
  const addresses = new Map<string, string | null>();
  // setWasmPaths itself reads every address to check whether one is missing.
  let starting = false;
  const addressOf = (file: string): string | null => {
    if (!starting || !isOurs(file)) return file;
    const address = addresses.get(file);
    if (address === undefined) throw new Asked(file);
    return address;
  };
  const files = ['tfjs-backend-wasm.wasm', ...Object.keys(loaders)];
  const map = Object.defineProperties(
    {},
    Object.fromEntries(files.map((file) => [file, { get: () => addressOf(file) }])),
  );
  setWasmPaths(map);
  removeBackend('wasm');
  registerBackend(
    'wasm',
    async () => {
      starting = true;
      try {
        return await shipped();
      } catch (error) {
        if (!(error instanceof Asked)) throw error;
        const { version, binary } = await loaders[error.file]();
        if (version === version_wasm) {
          addresses.set(error.file, URL.createObjectURL(new Blob([binary], { type: 'application/wasm' })));
          return await shipped();
        }
        // With null the backend looks in its default place: beside the page's script.
        addresses.set(error.file, null);
        return await Promise.resolve(shipped()).catch(() => {
          throw new Error(
            `backproof/wasm-training: expected @tensorflow/tfjs-backend-wasm ${version}, whose binaries it brings along, ` +
              `got ${version_wasm}: serve the .wasm files of its dist folder, and call setWasmPaths(folder) before ` +
              "tf.setBackend('wasm')",
          );
        });
      }
    },
    PRIORITY,
  );
}

const isOurs = (file: string): file is Name => Object.hasOwn(loaders, file);
