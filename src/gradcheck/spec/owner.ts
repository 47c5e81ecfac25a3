import type { Tensor, TF } from '../types.ts';

/** How code that imports TensorFlow.js itself gets the one that checks. */
export const MENDS =
  "use backproof/float64 for both: `backproof check` does so by itself; Vitest: alias { '@tensorflow/tfjs': 'backproof/float64' }; " +
  "Jest: moduleNameMapper { '^@tensorflow/tfjs$': 'backproof/float64' }";

/** Whether a tensor that is not disposed belongs to this TensorFlow.js; to instanceof, those of every copy are tensors. */
export function isOf(tf: TF, tensor: Tensor): boolean {
  return tf.engine().state.tensorInfo.has(tensor.dataId);
}
