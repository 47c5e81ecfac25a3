import type * as tfjs from '@tensorflow/tfjs';

/**
 * The TensorFlow.js that the model, the engines and the checker are handed: the public namespace, whichever
 * build stands behind it (float32 on any backend, or double precision). The default export is Node's, for
 * TensorFlow.js as CommonJS, and no part of it.
 */
export type TF = Omit<typeof tfjs, 'default'>;
export type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
