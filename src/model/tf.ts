import type * as tfjs from '@tensorflow/tfjs';

/**
 * The TensorFlow.js that the model, the checker and the engines are handed: the public namespace of
 * tfjs-core, whichever build stands behind it (float32 on any backend, or double precision).
 */
export type TF = Omit<typeof tfjs, 'version'>;
export type { Scalar, Tensor, Tensor2D, Tensor4D, TensorLike } from '@tensorflow/tfjs';
