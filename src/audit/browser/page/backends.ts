// The backends of TensorFlow.js in a web page. Importing this file registers those that browsers support.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simdBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
import '@tensorflow/tfjs-backend-webgpu';
import type { GpuBackend } from '../../../results/auditNames.ts';
import type { BackendName } from '../../../results/shared.ts';
import { keepShipped } from '../../../tfjs/shipped.ts';
import { tf } from '../../../tfjs/tfjs.ts';

export type PageBackend = Exclude<BackendName, 'native'> | GpuBackend;
export const pageBackends: readonly PageBackend[] = ['cpu', 'wasm', 'webgl', 'webgpu'];

// Otherwise small tensors are computed by the cpu backend, and the shaders are never tested.
tf.env().set('WEBGL_CPU_FORWARD', false);
tf.env().set('WEBGPU_CPU_FORWARD', false);
// The page contains one binary: with SIMD, and without threads, which pages opened from the disk may not use.
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);

/** Registers this package's kernels, after keeping the shipped ones. */
const fixed = (async () => {
  for (const name of ['wasm', 'webgl', 'webgpu']) keepShipped(name);
  await import('../../../tfjs/gpu/index.ts');
  await import('../../../tfjs/wasm/index.ts');
  // An address for each build, set last, takes precedence over the binaries that wasm-training would load.
  const builds = [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ];
  setWasmPaths(Object.fromEntries(builds.map((name) => [name, name])), true);
})();

/** The part of `navigator.gpu` that is used, which TypeScript has no types for. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: Readonly<Record<string, string>> } | null>;
}
const gpu = (): Gpu | undefined => (navigator as unknown as { gpu?: Gpu }).gpu;

/**
 * Starts a backend and makes it the current one of TensorFlow.js.
 *
 * @returns the reason, in one line, if it does not work in this browser, else null
 */
export async function startInPage(name: PageBackend): Promise<string | null> {
  await fixed;
  const missing = await missingFor(name);
  if (missing !== null) return missing;
  const { platform } = tf.env();
  const { fetch } = platform;
  // The page loads nothing: the file that TensorFlow.js would fetch is in the page.
  if (name === 'wasm') platform.fetch = async () => new Response(simdBinary);
  try {
    return (await tf.setBackend(name)) ? null : 'TensorFlow.js could not start it';
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  } finally {
    platform.fetch = fetch;
  }
}

/** Restarts wasm, with empty memory and the kernels that are registered now. */
export async function restartWasm(): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  const problem = await startInPage('wasm');
  if (problem !== null) throw new Error(`wasm: expected it to start once more, got "${problem}"`);
}

async function missingFor(name: PageBackend): Promise<string | null> {
  if (name === 'wasm')
    return (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? null : 'this browser has no WebAssembly SIMD';
  if (name !== 'webgpu') return null;
  if (!isSecureContext) return 'WebGPU is there only for pages from https, localhost or a file';
  if (gpu() === undefined) return 'this browser has no WebGPU';
  return (await gpu()!.requestAdapter()) === null ? 'WebGPU finds no graphics card here' : null;
}

/** Resolves with the reason if the device of the backend is lost; never, if the backend has no device. */
export function lost(): Promise<string> {
  const { device } = tf.backend() as { device?: { lost: Promise<{ message: string }> } };
  return device === undefined
    ? new Promise(() => {})
    : device.lost.then(({ message }) => `the graphics card was lost: ${message}`);
}

/** Whether WebGL has lost its context; reads then return zeros. */
export function isContextLost(): boolean {
  const { gpgpu } = tf.backend() as { gpgpu?: { gl: WebGLRenderingContext } };
  return gpgpu?.gl.isContextLost() ?? false;
}

/** The names of the graphics card in the browser. */
export async function graphics(): Promise<{ webgl: string | null; webgpu: string | null }> {
  const gl = document.createElement('canvas').getContext('webgl2');
  const names = gl?.getExtension('WEBGL_debug_renderer_info');
  const webgl = gl && names ? String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) : null;
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  const info = (await gpu()?.requestAdapter())?.info;
  const fields = ['vendor', 'architecture', 'device', 'description'].map((name) => info?.[name] ?? '');
  const webgpu = fields.filter((field) => field !== '').join(' ');
  return { webgl, webgpu: webgpu === '' ? null : webgpu };
}
