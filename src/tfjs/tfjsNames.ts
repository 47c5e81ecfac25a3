import type { BackendName, GpuBackend } from '../results/names.ts';

/** The backends as TensorFlow.js calls them. */
export const tfjsNames = {
  native: 'tensorflow',
  wasm: 'wasm',
  cpu: 'cpu',
  webgl: 'webgl',
  webgpu: 'webgpu',
} as const satisfies Record<BackendName | GpuBackend, string>;
