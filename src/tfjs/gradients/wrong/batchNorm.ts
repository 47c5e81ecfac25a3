import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';
import { sumTo } from '../shapes.ts';

/**
 * y = (x - mean) r scale + offset with r = 1 / sqrt(variance + epsilon). scale and offset may be omitted; the gradient
 * of TensorFlow.js then fails, because it saves inputs that do not exist.
 */
export const batchNorm = kernelGradient<{ varianceEpsilon: number }>({
  kernelName: 'FusedBatchNorm',
  inputsToSave: ['x', 'mean', 'variance', 'scale'],
  gradFunc: (tf, dy, saved, { varianceEpsilon }) => {
    const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined];
    const r = (): Tensor => tf.rsqrt(tf.add(variance, varianceEpsilon));
    const scaled = (): Tensor => (scale === undefined ? dy : tf.mul(dy, scale));
    const centered = (): Tensor => tf.sub(x, mean);
    return {
      // dy/dx = r scale
      x: () => tf.mul(scaled(), r()),
      // dy/dmean = -r scale
      mean: () => sumTo(tf, tf.neg(tf.mul(scaled(), r())), mean.shape),
      // dy/dvariance = (x - mean) scale (-1/2) r^3
      variance: () =>
        sumTo(tf, tf.mul(tf.mul(scaled(), centered()), tf.mul(tf.pow(r(), 3), -0.5)), variance.shape),
      // dy/dscale = (x - mean) r
      scale: () => sumTo(tf, tf.mul(dy, tf.mul(centered(), r())), scale!.shape),
      // dy/doffset = 1; offset has the shape of mean
      offset: () => sumTo(tf, dy, mean.shape),
    };
  },
});
