import type { AuditBackend } from '../results/audit.ts';
import { corrections as cpuCorrections } from '../tfjs/cpu/corrections.ts';
import { registerCpuFixes } from '../tfjs/cpu/index.ts';
import { nativeCorrections } from '../tfjs/native/kernels.ts';
import { tf } from '../tfjs/tfjs.ts';

/** Kernels that src/tfjs/float64/kernels.ts replaces, beside those of src/tfjs/cpu. */
const FLOAT64 = ['Elu', 'Erf', 'Selu', 'Softplus'];

/** The kernels of a backend that is up which are this project's own, in alphabetical order. */
export async function ownKernels(backend: AuditBackend): Promise<string[]> {
  if (backend === 'native') return Object.keys(nativeCorrections(tf)).sort();
  if (backend === 'wasm') {
    const { registerWasmTraining } = await import('../tfjs/wasm/index.ts');
    const { corrections } = await import('../tfjs/wasm/corrections.ts');
    return [...replacedBy(registerWasmTraining, 'wasm'), ...Object.keys(corrections)].sort();
  }
  const ofCpu = [...replacedBy(registerCpuFixes, 'cpu'), ...Object.keys(cpuCorrections)];
  return (backend === 'cpu' ? ofCpu : [...FLOAT64, ...ofCpu]).sort();
}

/** Which kernels a function registers: registered once more, only theirs are new. */
function replacedBy(register: () => void, backend: string): string[] {
  const before = new Map(tf.getKernelsForBackend(backend).map((config) => [config.kernelName, config]));
  register();
  return tf
    .getKernelsForBackend(backend)
    .filter((config) => before.get(config.kernelName) !== config)
    .map(({ kernelName }) => kernelName);
}
