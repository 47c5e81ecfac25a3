import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

/**
 * Adds values up by pixel.
 *
 * @param values [batch, values, depth]
 * @param pixels the pixel of its image that each value is added to, counted row by row; -1 for none: [batch, values]
 * @param shape [batch, height, width, depth]
 * @returns images of that shape
 */
export function scatterPixels(tf: TF, values: Tensor, pixels: Tensor, shape: readonly number[]): Tensor {
  const [batch, height, width, depth] = shape as [number, number, number, number];
  const count = pixels.size;
  const image = tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]);
  const images = tf.reshape(tf.tile(image, [1, count / batch]), [-1]);
  // One extra place in front of the pixels takes the values that go nowhere.
  const places = tf.stack(
    [images, tf.add(tf.reshape(tf.cast(pixels, 'int32'), [-1]), tf.scalar(1, 'int32'))],
    1,
  );
  const sums = tf.scatterND(places, tf.reshape(values, [count, depth]), [batch, 1 + height * width, depth]);
  return tf.reshape(tf.slice(sums, [0, 1, 0], [batch, height * width, depth]), [...shape]);
}

/** The numbers of an image's pixels, counted row by row, as images of one channel. */
export const pixelNumbers = (tf: TF, batch: number, height: number, width: number): Tensor4D =>
  tf.tile(tf.reshape(tf.range(0, height * width), [1, height, width, 1]), [batch, 1, 1, 1]) as Tensor4D;

/** y has the columns reversed: so has dx. */
export const flipLeftRight: KernelGradient = kernelGradient({
  kernelName: 'FlipLeftRight',
  gradFunc: (tf, dy) => ({ image: () => tf.reverse(dy, 2) }),
});

/**
 * Each pixel of y is the nearest one of the rotated image: dx gets dy there. The kernel itself tells which pixel that
 * is.
 */
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
