import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { sizeOf } from '../../../numerics/shape.ts';
import { kernelGradient } from '../gradient.ts';
import { axisOf, zerosOf } from '../shapes.ts';

/**
 * y[b, o, k, s] = x[b, o, indices[b, k], s], where b are the batch axes and o the axes between them and the looked-up
 * axis. So dx[b, o, i, s] = the sum of dy[b, o, k, s] over the k with indices[b, k] = i. Computed as one segment sum:
 * each index is counted from the first row of its b and o. TensorFlow.js sums a single batch axis element by element,
 * and ignores several.
 */
export const gather = kernelGradient<{ axis: number; batchDims: number }>({
  kernelName: 'GatherV2',
  inputsToSave: ['x', 'indices'],
  gradFunc: (tf, dy, saved, { axis, batchDims }) => {
    const [x, indices] = saved as [Tensor, Tensor];
    return {
      x: () => {
        const at = axisOf(axis, x.rank);
        const batch = sizeOf(x.shape.slice(0, batchDims));
        const outer = sizeOf(x.shape.slice(batchDims, at));
        const length = x.shape[at]!;
        const inner = sizeOf(x.shape.slice(at + 1));
        const first = tf.mul(tf.range(0, batch * outer, 1, 'int32'), tf.scalar(length, 'int32'));
        const rows = tf.add(tf.reshape(first, [batch, outer, 1]), tf.reshape(indices, [batch, 1, -1]));
        const dys = tf.reshape(dy, [rows.size, inner]);
        const segments = tf.reshape(rows, [rows.size]) as Tensor1D;
        return tf.reshape(tf.unsortedSegmentSum(dys, segments, batch * outer * length), x.shape);
      },
      indices: () => zerosOf(tf, indices),
    };
  },
});
