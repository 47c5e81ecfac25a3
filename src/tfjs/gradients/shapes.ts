import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import { sizeOf } from '../../numerics/shape.ts';
import type { TF } from '../types.ts';

/** The gradient of an input that the output does not depend on. */
export const zerosOf = (tf: TF, input: Tensor): Tensor => tf.zeros(input.shape);

/** The axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Reshapes to [outer, length of the axis, inner], which keeps the order of the elements. */
export function aroundAxis(tf: TF, t: Tensor, axis: number): Tensor3D {
  const outer = sizeOf(t.shape.slice(0, axis));
  const inner = sizeOf(t.shape.slice(axis + 1));
  return tf.reshape(t, [outer, t.shape[axis] ?? 1, inner]) as Tensor3D;
}

/** The gradient of an input of `shape` that was broadcast: `t` summed over the axes along which it was repeated. */
export function sumTo(tf: TF, t: Tensor, shape: readonly number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], t.shape);
  return tf.reshape(axes.length === 0 ? t : tf.sum(t, axes), [...shape]);
}
