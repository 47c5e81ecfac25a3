import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { aroundAxis } from '../shapes.ts';

/**
 * dx = the inner part of dy, plus the mirror image of each border, added where it was copied from. Done axis by axis,
 * because the corners are mirrored more than once. TensorFlow.js drops the borders, as if they were constant.
 */
export const mirrorPad = kernelGradient<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>({
  kernelName: 'MirrorPad',
  gradFunc: (tf, dy, _saved, { paddings, mode }) => ({
    x: () =>
      paddings.reduce(
        (gradient, [before, after], axis) =>
          folded(tf, gradient, axis, before, after, mode === 'reflect' ? 1 : 0),
        dy,
      ),
  }),
});

/**
 * dy with `before` and `after` of the axis folded in. The first `skipped` elements from the edge have no mirror image.
 */
function folded(tf: TF, dy: Tensor, axis: number, before: number, after: number, skipped: 0 | 1): Tensor {
  if (before + after === 0) return dy;
  const lines = aroundAxis(tf, dy, axis);
  const [outer, , inner] = lines.shape;
  const length = lines.shape[1] - before - after;
  const part = (from: number, size: number): Tensor => tf.slice(lines, [0, from, 0], [outer, size, inner]);
  const mirrored = (border: Tensor, first: number): Tensor =>
    tf.pad(tf.reverse(border, 1), [
      [0, 0],
      [first, length - first - border.shape[1]!],
      [0, 0],
    ]);
  let sum = part(before, length);
  if (before > 0) sum = tf.add(sum, mirrored(part(0, before), skipped));
  if (after > 0) sum = tf.add(sum, mirrored(part(before + length, after), length - skipped - after));
  return tf.reshape(
    sum,
    dy.shape.map((side, at) => (at === axis ? length : side)),
  );
}
