import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { keepShipped } from '../shipped.ts';

/**
 * Registers the wasm backend with its binaries from the installed package, and the kernels that it trains with; throws
 * where that is not installed.
 */
export async function registerWasm(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  keepShipped('wasm');
  await import('./index.ts');
  setWasmPaths(`${dirname(manifest)}${sep}dist${sep}`);
}
