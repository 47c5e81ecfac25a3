import type * as tfjs from '@tensorflow/tfjs';

/**
 * The TensorFlow.js that is passed to the model, the engines and the checker: the public namespace of any build
 * (float32 on any backend, or double precision), without the default export that Node adds to CommonJS.
 */
export type TF = Omit<typeof tfjs, 'default'>;
export type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
