import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

interface Attributes {
  readonly size: number;
  readonly binaryOutput?: boolean;
}

/**
 * y_b = the sum of weights_i where x_i = b, in each row of x: dweights_i = dy at x_i, and zero where x_i is beyond the
 * last bin. With binaryOutput y does not depend on the weights: it marks the bins that occur. TensorFlow's
 * `_DenseBincountGrad`.
 */
const bincountOf = (kernelName: string): KernelGradient =>
  kernelGradient<Attributes>({
    kernelName,
    inputsToSave: ['x', 'weights'],
    gradFunc: (tf, dy, saved, { size, binaryOutput }) => {
      const [x, weights] = saved as [Tensor, Tensor];
      return {
        weights: () => {
          if (binaryOutput === true || weights.size === 0) return zerosOf(tf, weights);
          return tf.reshape(tf.sum(tf.mul(chosen(tf, x, size), tf.expandDims(dy, -2)), -1), weights.shape);
        },
      };
    },
  });

/** [..., elements, bins]: 1 where an element of x is in a bin. */
const chosen = (tf: TF, x: Tensor, size: number): Tensor =>
  // Not oneHot, which does not accept a depth of 1.
  tf.cast(tf.equal(tf.expandDims(tf.cast(x, 'int32'), -1), tf.range(0, size, 1, 'int32')), 'float32');

export const bincount = bincountOf('Bincount');
export const denseBincount = bincountOf('DenseBincount');
