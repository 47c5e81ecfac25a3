import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { pixelNumbers, scatterPixels } from './pixels.ts';

interface Attributes {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fillMode: 'constant' | 'reflect' | 'wrap' | 'nearest';
  readonly outputShape: [number, number] | null;
}

/**
 * The output at (X, Y) is the image at
 *
 *     x = (t0 X + t1 Y + t2) / k, y = (t3 X + t4 Y + t5) / k, k = t6 X + t7 Y + 1
 *
 * mapped into the image by fillMode. dimage gets dy at the nearest pixel, or at the four around that point with their
 * bilinear weights. TensorFlow's `_image_projective_transform_v3_grad`, which has no gradient in the transforms either.
 */
export const transform = kernelGradient<Attributes>({
  kernelName: 'Transform',
  inputsToSave: ['image', 'transforms'],
  gradFunc: (tf, dy, saved, { interpolation, fillMode, outputShape }) => {
    const [image, transforms] = saved as [Tensor4D, Tensor2D];
    const [batch, height, width, depth] = image.shape;
    const [outHeight, outWidth] = outputShape ?? [height, width];
    const pixels = outHeight * outWidth;
    const dys = tf.reshape(dy, [batch, pixels, depth]);
    const send = (values: Tensor, to: Tensor): Tensor =>
      scatterPixels(tf, values, tf.broadcastTo(to, [batch, pixels]), image.shape);
    return {
      image: () => {
        if (interpolation === 'nearest') {
          // The kernel itself tells which pixel is the nearest, so that rounding cannot differ.
          const numbers = pixelNumbers(tf, batch, height, width);
          const from = tf.image.transform(numbers, transforms, 'nearest', fillMode, -1, [
            outHeight,
            outWidth,
          ]);
          return send(dys, tf.reshape(from, [batch, pixels]));
        }
        const { x, y } = placesOf(tf, transforms, [outHeight, outWidth]);
        const across = neighboursOf(tf, x, width, fillMode);
        const down = neighboursOf(tf, y, height, fillMode);
        const parts = down.flatMap((row) =>
          across.map((column) => {
            const inside = tf.logicalAnd(row.inside, column.inside);
            const pixel = tf.where(inside, tf.add(tf.mul(row.at, width), column.at), -1);
            return send(tf.mul(dys, tf.expandDims(tf.mul(row.weight, column.weight), 2)), pixel);
          }),
        );
        return tf.addN(parts);
      },
    };
  },
});

/** The point of the image that each pixel of the output is taken from: [transforms, pixels]. */
function placesOf(tf: TF, transforms: Tensor2D, [rows, columns]: [number, number]): { x: Tensor; y: Tensor } {
  const column = tf.tile(tf.reshape(tf.range(0, columns), [1, columns]), [rows, 1]);
  const row = tf.tile(tf.reshape(tf.range(0, rows), [rows, 1]), [1, columns]);
  const [outX, outY] = [column, row].map((t) => tf.reshape(t, [1, rows * columns])) as [Tensor, Tensor];
  const t = tf.split(transforms, 8, 1);
  const linear = (i: number): Tensor => tf.add(tf.mul(t[i]!, outX), tf.mul(t[i + 1]!, outY));
  const k = tf.add(linear(6), 1);
  // There is no pixel at infinity: a point far outside, which fillMode handles.
  const divisor = tf.where(tf.equal(k, 0), 1e-20, k);
  return { x: tf.div(tf.add(linear(0), t[2]!), divisor), y: tf.div(tf.add(linear(3), t[5]!), divisor) };
}

interface Neighbour {
  readonly at: Tensor;
  readonly weight: Tensor;
  readonly inside: Tensor;
}

/** The pixels before and after a point along one side of the image, and their weights. */
function neighboursOf(tf: TF, place: Tensor, length: number, fillMode: Attributes['fillMode']): Neighbour[] {
  const mapped = intoImage(tf, place, length, fillMode);
  const before = tf.floor(mapped);
  const part = tf.sub(mapped, before);
  return [
    { at: before, weight: tf.sub(1, part) },
    { at: tf.add(before, 1), weight: part },
  ].map((each) => ({
    ...each,
    inside: tf.logicalAnd(tf.greaterEqual(each.at, 0), tf.less(each.at, length)),
  }));
}

/** The same rules as the kernels, from TensorFlow's core/kernels/image/image_ops.h. */
function intoImage(tf: TF, place: Tensor, length: number, fillMode: Attributes['fillMode']): Tensor {
  const last = length - 1;
  const truncated = (t: Tensor): Tensor => tf.mul(tf.sign(t), tf.floor(tf.abs(t)));
  const clamped = (t: Tensor): Tensor => tf.clipByValue(t, 0, last);
  if (fillMode === 'constant') return place;
  if (fillMode === 'nearest' || length <= 1) return clamped(place);
  const chosen = (below: Tensor, above: Tensor): Tensor =>
    clamped(tf.where(tf.less(place, 0), below, tf.where(tf.greater(place, last), above, place)));
  if (fillMode === 'wrap')
    return chosen(
      tf.add(place, tf.mul(tf.add(truncated(tf.div(tf.neg(place), last)), 1), length)),
      tf.sub(place, tf.mul(truncated(tf.div(place, last)), length)),
    );
  const period = 2 * length;
  const turned = tf.add(place, tf.mul(truncated(tf.div(tf.neg(place), period)), period));
  const left = tf.sub(place, tf.mul(truncated(tf.div(place, period)), period));
  return chosen(
    tf.where(tf.less(turned, -length), tf.add(turned, period), tf.sub(tf.neg(turned), 1)),
    tf.where(tf.greaterEqual(left, length), tf.sub(period - 1, left), left),
  );
}
