import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { aroundAxis, axisOf } from '../shapes.ts';

/**
 * y_k = x_0 ... x_k along the axis. The derivative of y_k in x_i leaves out the factor x_i:
 *
 *     dx_i = (x_0 ... x_{i-1}) b_i,  b_i = sum over k >= i of dy_k x_{i+1} ... x_k = dy_i + x_{i+1} b_{i+1}
 *
 * without dividing by x_i as TensorFlow's `_CumprodGrad` does (tensorflow/python/ops/math_grad.py), which is NaN at
 * x_i = 0. If exclusive, y_k ends at x_{k-1}, and dy_{i+1} takes the place of dy_i.
 */
export const cumprod = kernelGradient<{ axis: number; exclusive: boolean; reverse: boolean }>({
  kernelName: 'Cumprod',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, { axis, exclusive, reverse }) => {
    const x = saved[0]!;
    return {
      x: () => {
        const inOrder = (t: Tensor): Tensor3D => {
          const lined = aroundAxis(tf, t, axisOf(axis, x.rank));
          return reverse ? tf.reverse(lined, 1) : lined;
        };
        const [factors, dys] = [inOrder(x), inOrder(dy)];
        const before = tf.cumprod(factors, 1, true);
        const after = recurrence(tf, shifted(tf, factors, 1), exclusive ? shifted(tf, dys, 1) : dys);
        const dx = tf.mul(before, after);
        return tf.reshape(reverse ? tf.reverse(dx, 1) : dx, x.shape);
      },
    };
  },
});

/** t_{i+distance} along axis 1, zeros past the end. */
function shifted(tf: TF, t: Tensor3D, distance: number): Tensor3D {
  const [outer, length, inner] = t.shape;
  const zeros = tf.zeros([outer, Math.min(distance, length), inner]) as Tensor3D;
  if (distance >= length) return zeros;
  return tf.concat([tf.slice(t, [0, distance, 0], [outer, length - distance, inner]), zeros], 1);
}

/** The solution of b_i = c_i + a_i b_{i+1} along axis 1, by doubling: log2(length) steps over whole tensors. */
function recurrence(tf: TF, a: Tensor3D, c: Tensor3D): Tensor3D {
  let [factor, sum] = [a, c];
  for (let distance = 1; distance < c.shape[1]; distance *= 2) {
    sum = tf.add(sum, tf.mul(factor, shifted(tf, sum, distance)));
    factor = tf.mul(factor, shifted(tf, factor, distance));
  }
  return sum;
}
