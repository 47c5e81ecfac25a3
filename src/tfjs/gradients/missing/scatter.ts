import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { sizeOf } from '../../../numerics/shape.ts';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

/** y_i = x[indices_i]: dx = the sum of dy_i at indices_i. TensorFlow's `_GatherNdGrad`. */
export const gatherNd = kernelGradient({
  kernelName: 'GatherNd',
  inputsToSave: ['params', 'indices'],
  gradFunc: (tf, dy, saved) => {
    const [params, indices] = saved as [Tensor, Tensor];
    return {
      params: () => tf.scatterND(indices, dy, params.shape),
    };
  },
});

/** y = the sum of updates_i at indices_i: dupdates_i = dy[indices_i]. TensorFlow's `_ScatterNdGrad`. */
export const scatterNd = kernelGradient({
  kernelName: 'ScatterNd',
  inputsToSave: ['indices'],
  gradFunc: (tf, dy, saved) => {
    const indices = saved[0]!;
    return {
      updates: () => tf.gatherND(dy, indices),
    };
  },
});

/**
 * y = x with updates_i in place of x[indices_i]: dx = dy with zeros there, dupdates_i = dy[indices_i]. If several
 * updates have the same place, the one that the kernel kept gets all of dy, the others nothing.
 */
export const tensorScatterUpdate = kernelGradient({
  kernelName: 'TensorScatterUpdate',
  inputsToSave: ['tensor', 'indices', 'updates'],
  gradFunc: (tf, dy, saved) => {
    const [tensor, indices, updates] = saved as [Tensor, Tensor, Tensor];
    return {
      // The kernel of the cpu backend writes into its first input, so it must not get dy itself.
      tensor: () => tf.mul(dy, tf.tensorScatterUpdate(tf.ones(dy.shape), indices, zerosOf(tf, updates))),
      updates: () => {
        const numbers = numbered(tf, updates);
        const kept = tf.tensorScatterUpdate(zerosOf(tf, tensor), indices, numbers);
        return tf.mul(tf.gatherND(dy, indices), isKept(tf, kept, indices, numbers));
      },
    };
  },
});

/** The same, on a background of `defaultValue`, whose gradient is the sum of dy at the places without a value. */
export const sparseToDense = kernelGradient<{ outputShape: number[] }>({
  kernelName: 'SparseToDense',
  inputsToSave: ['sparseIndices', 'sparseValues', 'defaultValue'],
  gradFunc: (tf, dy, saved, { outputShape }) => {
    const [sparseIndices, sparseValues, defaultValue] = saved as [Tensor, Tensor, Tensor];
    // A number or a vector: places in a vector; or a matrix with one place in each row.
    const count = sparseIndices.rank === 2 ? sparseIndices.shape[0]! : sparseIndices.size;
    const indices = tf.reshape(sparseIndices, [count, -1]) as Tensor2D;
    const flat = tf.reshape(sparseValues, [-1]);
    const values = flat.size === count ? flat : tf.tile(flat, [count]);
    const dense = (some: Tensor): Tensor =>
      tf.sparseToDense(indices, some as typeof flat, outputShape as [number], tf.scalar(0));
    return {
      sparseValues: () => {
        const numbers = numbered(tf, values);
        const found = tf.mul(tf.gatherND(dy, indices), isKept(tf, dense(numbers), indices, numbers));
        return tf.reshape(sparseValues.size === count ? found : tf.sum(found), sparseValues.shape);
      },
      defaultValue: () => {
        const covered = dense(tf.ones([count]));
        return tf.reshape(tf.sum(tf.mul(dy, tf.sub(1, covered))), defaultValue.shape);
      },
    };
  },
});

/** 1, 2, 3 and so on, in the shape of `t`. */
const numbered = (tf: TF, t: Tensor): Tensor => tf.reshape(tf.range(1, sizeOf(t.shape) + 1), t.shape);

/** 1 for each update whose number was kept at its place, else 0. */
const isKept = (tf: TF, kept: Tensor, indices: Tensor, numbers: Tensor): Tensor =>
  tf.cast(tf.equal(tf.gatherND(kept, indices), numbers), 'float32');
