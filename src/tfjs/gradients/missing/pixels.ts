import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

/**
 * Images in which each pixel has the sum of the values that are sent there.
 *
 * @param values [batch, values, depth]
 * @param pixels where each goes within its image, row by row; -1 for nowhere: [batch, values]
 * @param shape [batch, height, width, depth]
 */
export function scatterPixels(tf: TF, values: Tensor, pixels: Tensor, shape: readonly number[]): Tensor {
  const [batch, height, width, depth] = shape as [number, number, number, number];
  const count = pixels.size;
  const image = tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]);
  const images = tf.reshape(tf.tile(image, [1, count / batch]), [-1]);
  // One place in front of the pixels takes what goes nowhere.
  const places = tf.stack(
    [images, tf.add(tf.reshape(tf.cast(pixels, 'int32'), [-1]), tf.scalar(1, 'int32'))],
    1,
  );
  const sums = tf.scatterND(places, tf.reshape(values, [count, depth]), [batch, 1 + height * width, depth]);
  return tf.reshape(tf.slice(sums, [0, 1, 0], [batch, height * width, depth]), [...shape]);
}

/** The numbers of an image's pixels, row by row, as an image of one channel. */
export const pixelNumbers = (tf: TF, batch: number, height: number, width: number): Tensor4D =>
  tf.tile(tf.reshape(tf.range(0, height * width), [1, height, width, 1]), [batch, 1, 1, 1]) as Tensor4D;

/** y has the columns in reverse: so has dx. */
export const flipLeftRight: KernelGradient = kernelGradient({
  kernelName: 'FlipLeftRight',
  gradFunc: (tf, dy) => ({ image: () => tf.reverse(dy, 2) }),
});

/** y has at each pixel the nearest one of the turned image: dx has dy there. The kernel itself says which pixel that is. */
export const rotateWithOffset: KernelGradient = kernelGradient<{
  radians: number;
  center: number | [number, number];
}>({
  kernelName: 'RotateWithOffset',
  gradFunc: (tf, dy, _saved, { radians, center }) => ({
    image: () => {
      const [batch, height, width, depth] = dy.shape as [number, number, number, number];
      const pixels = height * width;
      const from = tf.image.rotateWithOffset(pixelNumbers(tf, batch, height, width), radians, -1, center);
      return scatterPixels(
        tf,
        tf.reshape(dy, [batch, pixels, depth]),
        tf.reshape(from, [batch, pixels]),
        dy.shape,
      );
    },
  }),
});
