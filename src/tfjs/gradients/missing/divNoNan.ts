import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';
import { sumTo } from '../shapes.ts';

/**
 * y = a / b, and 0 where b = 0: da = dy / b, db = -dy a / b^2, and 0 there. `tf.divNoNan` is not a kernel but a
 * RealDiv, whose gradient is 0 / 0 = NaN at b = 0, and a `where`: tape.ts renames that RealDiv to this. TensorFlow's
 * `_DivNoNanGrad`.
 */
export const divNoNan = kernelGradient({
  kernelName: 'DivNoNan',
  gradFunc: (tf, dy, saved) => {
    const [a, b] = saved.map((t) => tf.cast(t, 'float32')) as [Tensor, Tensor];
    return {
      // d(a / b) / da = 1 / b
      a: () => sumTo(tf, tf.divNoNan(dy, b), a.shape),
      // d(a / b) / db = -a / b^2
      b: () => sumTo(tf, tf.neg(tf.divNoNan(tf.mul(dy, a), tf.square(b))), b.shape),
    };
  },
});
