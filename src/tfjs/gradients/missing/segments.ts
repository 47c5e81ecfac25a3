import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

/**
 * The gradient of each row of `data`: the sum of the rows of `dy` of its segments, each divided by the size of the
 * segment for a mean.
 */
function rowsOf(
  tf: TF,
  dy: Tensor,
  [data, indices, segmentIds]: [Tensor, Tensor1D, Tensor1D],
  mean: boolean,
): Tensor {
  let rows = tf.gather(dy, segmentIds);
  if (mean) {
    const counts = tf.unsortedSegmentSum(tf.ones(segmentIds.shape), segmentIds, dy.shape[0]!);
    const share = tf.reshape(tf.gather(counts, segmentIds), [-1, ...data.shape.slice(1).map(() => 1)]);
    rows = tf.div(rows, share);
  }
  return tf.unsortedSegmentSum(rows, indices, data.shape[0]!);
}

/**
 * y_s = the sum, or the mean, of data[indices_i] where segmentIds_i = s: ddata_r = the sum of dy[segmentIds_i] where
 * indices_i = r, divided by the size of the segment for a mean. TensorFlow's `_SparseSegmentSumGrad` and
 * `_SparseSegmentMeanGrad`.
 */
const segmentOf = (kernelName: string, mean: boolean): KernelGradient =>
  kernelGradient({
    kernelName,
    inputsToSave: ['data', 'indices', 'segmentIds'],
    gradFunc: (tf, dy, saved) => ({
      data: () => rowsOf(tf, dy, saved as unknown as [Tensor, Tensor1D, Tensor1D], mean),
    }),
  });

export const sparseSegmentSum = segmentOf('SparseSegmentSum', false);
export const sparseSegmentMean = segmentOf('SparseSegmentMean', true);

/**
 * Rows without a value get the default value; values may be reordered: dvalues_i = dy at reverseIndexMap_i, and the
 * default gets the rest. TensorFlow's `_SparseFillEmptyRowsGrad`.
 */
export const sparseFillEmptyRows = kernelGradient<object, Tensor[]>({
  kernelName: 'SparseFillEmptyRows',
  inputsToSave: ['values', 'defaultValue'],
  outputsToSave: [false, false, false, true],
  gradFunc: (tf, [, dy], saved) => {
    const [values, defaultValue, reverseIndexMap] = saved as [Tensor, Tensor, Tensor1D];
    const dValues = (): Tensor => (values.size === 0 ? zerosOf(tf, values) : tf.gather(dy!, reverseIndexMap));
    return {
      values: dValues,
      defaultValue: () => tf.reshape(tf.sub(tf.sum(dy!), tf.sum(dValues())), defaultValue.shape),
    };
  },
});
