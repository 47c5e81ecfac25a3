import type { NamedAttrMap } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

/** Runs f and calls back before each kernel that it runs, with the kernel's inputs and attributes. */
export function watchKernels<Result>(
  tf: TF,
  see: (kernel: string, inputs: Record<string, unknown>, attrs: NamedAttrMap) => void,
  f: () => Result,
): Result {
  const configs = tf.getKernelsForBackend(tf.getBackend());
  const originals = configs.map((config) => config.kernelFunc);
  for (const [i, config] of configs.entries())
    config.kernelFunc = (call) => {
      see(config.kernelName, call.inputs, call.attrs ?? {});
      return originals[i]!(call);
    };
  try {
    return f();
  } finally {
    for (const [i, config] of configs.entries()) config.kernelFunc = originals[i]!;
  }
}
