import type { GpuBackend } from '../results/auditNames.ts';
import type { BackendName } from '../results/runNames.ts';

/** The names of the backends in TensorFlow.js. */
export const tfjsNames = {
  native: 'tensorflow',
  wasm: 'wasm',
  cpu: 'cpu',
  webgl: 'webgl',
  webgpu: 'webgpu',
} as const satisfies Record<BackendName | GpuBackend, string>;
