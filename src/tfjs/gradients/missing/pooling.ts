import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

type Pad = Parameters<TF['avgPool']>[3];
type Rounding = 'floor' | 'round' | 'ceil';
interface Attributes<Sides> {
  readonly filterSize: Sides;
  readonly strides: Sides;
  readonly pad: Pad;
  readonly dimRoundingMode?: Rounding;
}

/** y_i = x[indices_i], the largest of each window: dx has dy_i at indices_i. TensorFlow's `_MaxPoolWithArgmaxGrad`. */
export const maxPoolWithArgmax = kernelGradient<{ includeBatchInIndex: boolean }, Tensor[]>({
  kernelName: 'MaxPoolWithArgmax',
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (tf, [dy], saved, { includeBatchInIndex }) => {
    const [x, indices] = saved as [Tensor, Tensor];
    return {
      x: () => {
        const places = placesIn(tf, x, indices, includeBatchInIndex);
        return tf.reshape(tf.scatterND(places, tf.reshape(dy!, [-1]), [x.size]), x.shape);
      },
    };
  },
});

/** dx = dy_i at the largest of window i. So ddy_i = g there; x only chooses. */
export const maxPoolGrad = kernelGradient<Attributes<[number, number]>>({
  kernelName: 'MaxPoolGrad',
  inputsToSave: ['dy', 'input', 'output'],
  gradFunc: (tf, g, saved, { filterSize, strides, pad }) => {
    const [dy, input, output] = saved as [Tensor, Tensor4D, Tensor];
    return {
      dy: () => {
        const { indexes } = tf.maxPoolWithArgmax(
          input,
          filterSize,
          strides,
          pad as 'same' | 'valid',
          true,
        ) as {
          indexes: Tensor;
        };
        return tf.reshape(tf.gatherND(tf.reshape(g, [-1]), placesIn(tf, input, indexes, true)), dy.shape);
      },
      input: () => zerosOf(tf, input),
      output: () => zerosOf(tf, output),
    };
  },
});

/** dx is the transpose of pooling, times dy: ddy = the pool of g. */
export const avgPoolGrad = kernelGradient<Attributes<[number, number]>>({
  kernelName: 'AvgPoolGrad',
  inputsToSave: ['input'],
  gradFunc: (tf, g, saved, { filterSize, strides, pad }) => ({
    dy: () => tf.avgPool(g as Tensor4D, filterSize, strides, pad),
    input: () => zerosOf(tf, saved[0]!),
  }),
});

/** The same in three dimensions. */
export const avgPool3DGrad = kernelGradient<Attributes<[number, number, number]>>({
  kernelName: 'AvgPool3DGrad',
  inputsToSave: ['input'],
  gradFunc: (tf, g, saved, { filterSize, strides, pad, dimRoundingMode }) => ({
    dy: () => tf.avgPool3d(g as Tensor5D, filterSize, strides, pad as 'same' | 'valid', dimRoundingMode),
    input: () => zerosOf(tf, saved[0]!),
  }),
});

/** Indices into x, flat, one a row. Without the batch in them they count from the image's first element. */
function placesIn(tf: TF, x: Tensor, indices: Tensor, withBatch: boolean): Tensor {
  const batch = x.shape[0]!;
  const perImage = tf.reshape(tf.cast(indices, 'int32'), [batch, indices.size / batch]);
  const first = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(x.size / batch, 'int32'));
  const flat = withBatch ? perImage : tf.add(perImage, tf.reshape(first, [batch, 1]));
  return tf.reshape(flat, [-1, 1]);
}
