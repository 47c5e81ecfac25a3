import type { AuditBackend } from '../results/names.ts';
import { registerCpuFixes } from '../tfjs/cpu/index.ts';
import { tf } from '../tfjs/tfjs.ts';

/** Kernels that src/tfjs/native/kernels.ts wraps. */
const NATIVE = ['Concat', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D', 'Round'];

/** Kernels that src/tfjs/float64/kernels.ts replaces, beside those of src/tfjs/cpu. */
const FLOAT64 = ['Elu', 'Erf', 'Selu', 'Softplus'];

/** The kernels of a backend that is up which are this project's own, in alphabetical order. */
export async function ownKernels(backend: AuditBackend): Promise<string[]> {
  if (backend === 'native') return NATIVE;
  if (backend === 'webgl' || backend === 'webgpu') {
    const { registerGpuFixes } = await import('../tfjs/gpu/index.ts');
    return replacedBy(registerGpuFixes, backend);
  }
  if (backend === 'cpu') return replacedBy(registerCpuFixes, 'cpu');
  if (backend === 'float64') return [...FLOAT64, ...replacedBy(registerCpuFixes, 'cpu')].sort();
  const { registerWasmTraining } = await import('../tfjs/wasm/index.ts');
  return replacedBy(registerWasmTraining, 'wasm');
}

/** Which kernels a function registers: registered once more, only theirs are new. */
function replacedBy(register: () => void, backend: string): string[] {
  const before = new Map(tf.getKernelsForBackend(backend).map((config) => [config.kernelName, config]));
  register();
  return tf
    .getKernelsForBackend(backend)
    .filter((config) => before.get(config.kernelName) !== config)
    .map(({ kernelName }) => kernelName)
    .sort();
}
