import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

type Pad = Parameters<TF['avgPool']>[3];
type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];
type Sides3D = [number, number, number];
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

/**
 * dx has dy_i at the largest element of window i, so ddy_i = g there. The elements only determine which is the largest.
 */
const maxPoolGradOf = (kernelName: string): KernelGradient =>
  kernelGradient<Attributes<number | number[]>>({
    kernelName,
    inputsToSave: ['input', 'output'],
    gradFunc: (tf, g, saved, attributes) => {
      const [input, output] = saved as [Tensor, Tensor];
      return {
        dy: () => atLargest(tf, g, input, output, attributes),
        input: () => zerosOf(tf, input),
        output: () => zerosOf(tf, output),
      };
    },
  });

export const maxPoolGrad = maxPoolGradOf('MaxPoolGrad');
export const maxPool3DGrad = maxPoolGradOf('MaxPool3DGrad');

/** `values` at the first position in each window where x equals y, taken position by position. */
function atLargest(
  tf: TF,
  values: Tensor,
  x: Tensor,
  y: Tensor,
  { filterSize, strides, pad, dimRoundingMode }: Attributes<number | number[]>,
): Tensor {
  const isPlane = x.rank === 4;
  const info = isPlane
    ? tf.backend_util.computePool2DInfo(x.shape as Shape4D, filterSize as [number, number], strides as [number, number], 1, pad, dimRoundingMode) // biome-ignore format: one line for each
    : tf.backend_util.computePool3DInfo(x.shape as Shape5D, filterSize as Sides3D, strides as Sides3D, 1, pad as 'same' | 'valid', dimRoundingMode); // biome-ignore format: one line for each
  const depth =
    'filterDepth' in info ? [[info.filterDepth, info.strideDepth, info.padInfo.front] as const] : [];
  const axes = [
    ...depth,
    [info.filterHeight, info.strideHeight, info.padInfo.top],
    [info.filterWidth, info.strideWidth, info.padInfo.left],
  ] as const;
  const sides = y.shape.slice(1, -1);
  const paddings = axes.map(([size, stride, before], axis): [number, number] => {
    const reach = (sides[axis]! - 1) * stride + size;
    // Below 0 in volumes with padding `same` and strides longer than the window: TensorFlow has 0 there, and so has
    // this.
    const start = Math.max(0, before);
    return [start, Math.max(0, reach - start - x.shape[axis + 1]!)];
  });
  const padded = (t: Tensor, fill: number): Tensor => tf.pad(t, [[0, 0], ...paddings, [0, 0]], fill);
  const [xs, all] = [padded(x, Number.NEGATIVE_INFINITY), padded(values, 0)];
  const steps = [1, ...axes.map(([, stride]) => stride), 1];
  let found: Tensor = tf.zerosLike(y);
  let open: Tensor = tf.onesLike(y);
  for (const place of placesOf(axes.map(([size]) => size))) {
    const begin = [0, ...place, 0];
    const end = begin.map((first, axis) => first + (y.shape[axis]! - 1) * steps[axis]! + 1);
    const here = tf.mul(open, tf.cast(tf.equal(tf.stridedSlice(xs, begin, end, steps), y), 'float32'));
    found = tf.add(found, tf.mul(here, tf.stridedSlice(all, begin, end, steps)));
    open = tf.sub(open, here);
  }
  return found;
}

/** Every index into a window of this shape, row by row. */
const placesOf = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );

/** dx is the transpose of pooling, applied to dy: ddy = the pooling of g. */
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

/** Flat indices into x, one for each row. Without the batch in them, they count from the image's first element. */
function placesIn(tf: TF, x: Tensor, indices: Tensor, withBatch: boolean): Tensor {
  const batch = x.shape[0]!;
  const perImage = tf.reshape(tf.cast(indices, 'int32'), [batch, indices.size / batch]);
  const first = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(x.size / batch, 'int32'));
  const flat = withBatch ? perImage : tf.add(perImage, tf.reshape(first, [batch, 1]));
  return tf.reshape(flat, [-1, 1]);
}
