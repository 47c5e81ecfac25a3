import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import type { NumberArray } from './rule.ts';

/** Runs f, in double precision, with the float results of every kernel passed through `perturb`. */
export function withPerturbedKernels<Result>(
  tf: TF,
  perturb: (value: number) => number,
  f: () => Result,
): Result {
  const configs = tf.getKernelsForBackend(tf.getBackend());
  const originals = configs.map((config) => config.kernelFunc);
  for (const [i, config] of configs.entries()) {
    config.kernelFunc = (call) => {
      const backend = call.backend as KernelBackend;
      const returned = originals[i]!(call);
      const results = [returned].flat();
      const perturbed = results.map((info): TensorInfo => {
        if (info.dtype !== 'float32') return info;
        // A cast to float may share the array of whole numbers that it was made from.
        const values = Float64Array.from(backend.readSync(info.dataId) as NumberArray, perturb);
        const dataId = backend.write(values as never, info.shape, info.dtype);
        backend.disposeData(info.dataId);
        return { dataId, shape: info.shape, dtype: info.dtype };
      });
      // Unpack and SplitV return a list, even of one: who called them maps over it.
      return Array.isArray(returned) ? perturbed : perturbed[0]!;
    };
  }
  try {
    return f();
  } finally {
    for (const [i, config] of configs.entries()) config.kernelFunc = originals[i]!;
  }
}
