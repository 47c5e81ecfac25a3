import type { Tensor } from '@tensorflow/tfjs';
import { type Correction, toTensor } from '../corrections.ts';
import { spaced, thinned } from '../spacing.ts';
import type { TF } from '../types.ts';
import { ofConvolution2D, type WindowAttributes } from '../windows.ts';

/**
 * Inserts zeros between a filter's taps, which turns a plain convolution into a dilated one. Along the first `axes`
 * sides.
 */
export const dilated =
  (tf: TF, axes: number): Correction =>
  (shipped) =>
  (parameters) => {
    const rates = ratesOf((parameters.attrs as unknown as WindowAttributes).dilations, axes);
    if (rates.every((rate) => rate === 1)) return shipped(parameters);
    return tf.tidy(() => {
      const filter = rates.reduce(
        (spreading, rate, axis) => spaced(tf, spreading, axis, rate),
        parameters.inputs.filter as Tensor,
      );
      const attrs = { ...parameters.attrs, dilations: rates.map(() => 1) };
      return shipped({ ...parameters, inputs: { ...parameters.inputs, filter }, attrs }) as Tensor;
    });
  };

/**
 * Depthwise convolutions whose strides differ, which TensorFlow does not support: runs them with strides of 1, and
 * takes every n-th row and column of the output, or spreads dy in the same way.
 */
export const evenStrides =
  (tf: TF, of: 'output' | 'dy'): Correction =>
  (shipped) =>
  (parameters) => {
    const attributes = parameters.attrs as unknown as WindowAttributes;
    const [rows, columns] = ratesOf(attributes.strides, 2) as [number, number];
    if (rows === columns) return shipped(parameters);
    return tf.tidy(() => {
      const inputs = parameters.inputs as Record<string, Tensor>;
      const images = attributes.inputShape ?? inputs.x!.shape;
      const filter = attributes.filterShape ?? inputs.filter!.shape;
      const pad = ofConvolution2D(tf, images, filter, attributes);
      const run = (more: Record<string, Tensor>): Tensor =>
        toTensor(
          tf,
          shipped({
            ...parameters,
            inputs: { ...inputs, ...more },
            attrs: { ...parameters.attrs, strides: [1, 1], pad },
          } as typeof parameters) as Tensor,
        );
      if (of === 'output') return thinned(tf, thinned(tf, run({}), 1, rows), 2, columns);
      const full = [1, 2].map(
        (axis) => images[axis]! + pad[axis]![0] + pad[axis]![1] - filter[axis - 1]! + 1,
      ) as [number, number];
      const spread = spaced(tf, spaced(tf, inputs.dy!, 1, rows), 2, columns);
      const [, height, width] = spread.shape as [number, number, number, number];
      const dy = tf.pad(spread, [
        [0, 0],
        [0, full[0] - height],
        [0, full[1] - width],
        [0, 0],
      ]);
      return run({ dy });
    });
  };

const ratesOf = (rates: number | number[] | null | undefined, axes: number): number[] =>
  Array.from({ length: axes }, (_, axis) => (typeof rates === 'number' ? rates : (rates?.[axis] ?? 1)));
