import type { Tensor } from '@tensorflow/tfjs';
import { sizeOf } from '../numerics/shape.ts';
import type { TF } from './types.ts';

/** t with zeros between neighbours along the axis: element i moves to i rate, in a length of (length - 1) rate + 1. */
export function spaced(tf: TF, t: Tensor, axis: number, rate: number): Tensor {
  if (rate === 1) return t;
  const [outer, length, inner] = aroundOf(t.shape, axis);
  const apart = tf.pad(tf.reshape(t, [outer, length, 1, inner]), [
    [0, 0],
    [0, 0],
    [0, rate - 1],
    [0, 0],
  ]);
  const end = (length - 1) * rate + 1;
  const cut = tf.slice(tf.reshape(apart, [outer, length * rate, inner]), [0, 0, 0], [outer, end, inner]);
  return tf.reshape(cut, withLength(t.shape, axis, end));
}

/** Every `rate`-th element of t along the axis, from the first on. */
export function thinned(tf: TF, t: Tensor, axis: number, rate: number): Tensor {
  if (rate === 1) return t;
  const [outer, spacedLength, inner] = aroundOf(t.shape, axis);
  const length = Math.ceil(spacedLength / rate);
  const padded = tf.pad(tf.reshape(t, [outer, spacedLength, inner]), [
    [0, 0],
    [0, length * rate - spacedLength],
    [0, 0],
  ]);
  const firsts = tf.slice(
    tf.reshape(padded, [outer, length, rate, inner]),
    [0, 0, 0, 0],
    [outer, length, 1, inner],
  );
  return tf.reshape(firsts, withLength(t.shape, axis, length));
}

function aroundOf(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}

const withLength = (shape: readonly number[], axis: number, length: number): number[] =>
  shape.map((old, each) => (each === axis ? length : old));
