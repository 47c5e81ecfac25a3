import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';
import { sumTo } from '../shapes.ts';

/**
 * y = a b: da = dy b^T, db = a^T dy, each summed over the broadcast batches, which TensorFlow.js forgets. The gradient
 * of a transposed matrix is transposed too.
 */
export const batchMatMul = kernelGradient<{ transposeA: boolean; transposeB: boolean }>({
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (tf, dy, saved, { transposeA, transposeB }) => {
    const [a, b] = saved as [Tensor, Tensor];
    return {
      a: () =>
        sumTo(
          tf,
          transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
          a.shape,
        ),
      b: () =>
        sumTo(
          tf,
          transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
          b.shape,
        ),
    };
  },
});
