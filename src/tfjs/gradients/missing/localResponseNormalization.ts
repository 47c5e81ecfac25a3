import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';

interface Attributes {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * y_c = x_c s_c^-beta, s_c = bias + alpha (the sum of x_j^2 over |j - c| <= depthRadius):
 *
 *     dx_j = dy_j s_j^-beta - 2 alpha beta x_j (the sum of dy_c x_c s_c^(-beta-1) over |j - c| <= depthRadius)
 *
 * TensorFlow.js computes it correctly in a kernel, LRNGrad, which has no gradient: made of ops, there is a second
 * derivative. Krizhevsky and others, ImageNet Classification with Deep Convolutional Neural Networks (2012), section
 * 3.3.
 */
export const localResponseNormalization = kernelGradient<Attributes>({
  kernelName: 'LRN',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, { depthRadius, bias, alpha, beta }) => {
    const x = saved[0]!;
    return {
      x: () => {
        const near = (t: Tensor): Tensor => sumsOfNeighbours(tf, t, depthRadius);
        const s = tf.add(tf.mul(near(tf.square(x)), alpha), bias);
        const direct = tf.mul(dy, tf.pow(s, -beta));
        const throughSums = near(tf.mul(tf.mul(dy, x), tf.pow(s, -beta - 1)));
        return tf.sub(direct, tf.mul(tf.mul(x, throughSums), 2 * alpha * beta));
      },
    };
  },
});

/** For each channel the sum over the channels at most `radius` away: a product with a band of ones. */
function sumsOfNeighbours(tf: TF, t: Tensor, radius: number): Tensor {
  const channels = t.shape.at(-1)!;
  const band = Array.from({ length: channels ** 2 }, (_, at) =>
    Math.abs(Math.floor(at / channels) - (at % channels)) <= radius ? 1 : 0,
  );
  const rows = tf.reshape(t, [-1, channels]);
  return tf.reshape(tf.matMul(rows, tf.tensor2d(band, [channels, channels])), t.shape);
}
