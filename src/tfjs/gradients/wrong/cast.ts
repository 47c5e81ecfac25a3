import type { DataType } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';

/**
 * dx = dy where the number stays what it is; dx = 0 where a cast to int32 or bool makes a step of it, as in TensorFlow
 * (`_CastGrad`, tensorflow/python/ops/math_grad.py). TensorFlow.js hands on dy, so that a float cast to int32 and back
 * seems to be the identity.
 */
export const cast = kernelGradient<{ dtype: DataType }>({
  kernelName: 'Cast',
  gradFunc: (tf, dy, _saved, { dtype }) => ({
    x: () => {
      if (dtype === 'int32' || dtype === 'bool') return tf.zeros(dy.shape);
      return dtype === 'complex64' ? tf.real(dy) : tf.clone(dy);
    },
  }),
});
