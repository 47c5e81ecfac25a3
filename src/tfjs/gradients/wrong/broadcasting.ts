import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { sumTo } from '../shapes.ts';

/**
 * y = f(a, b), element by element, with da = dy dy/da summed over the axes along which a was broadcast, and db
 * likewise.
 */
const binary = (
  kernelName: string,
  ofA: (tf: TF, a: Tensor, b: Tensor, dy: Tensor) => Tensor,
  ofB: typeof ofA,
): KernelGradient =>
  kernelGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (tf, dy, saved) => {
      const [a, b] = saved as [Tensor, Tensor];
      return {
        a: () => sumTo(tf, ofA(tf, a, b, dy), a.shape),
        b: () => sumTo(tf, ofB(tf, a, b, dy), b.shape),
      };
    },
  });

const where = (tf: TF, condition: Tensor, dy: Tensor): Tensor => tf.mul(dy, tf.cast(condition, 'float32'));

/**
 * The gradients that TensorFlow.js forgets to sum, and so refuses for broadcast shapes. At a tie a gets dy, as in
 * TensorFlow.js.
 */
export const broadcasting: readonly KernelGradient[] = [
  // d max(a, b) / da = 1 where a >= b, d / db = 1 where a < b
  binary(
    'Maximum',
    (tf, a, b, dy) => where(tf, tf.greaterEqual(a, b), dy),
    (tf, a, b, dy) => where(tf, tf.less(a, b), dy),
  ),
  // d min(a, b) / da = 1 where a <= b, d / db = 1 where a > b
  binary(
    'Minimum',
    (tf, a, b, dy) => where(tf, tf.lessEqual(a, b), dy),
    (tf, a, b, dy) => where(tf, tf.greater(a, b), dy),
  ),
  // d (a - b)^2 / da = 2 (a - b), d / db = 2 (b - a)
  binary(
    'SquaredDifference',
    (tf, a, b, dy) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (tf, a, b, dy) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  ),
];
