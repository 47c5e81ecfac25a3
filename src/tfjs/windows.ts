import type { Tensor } from '@tensorflow/tfjs-core';
import type { TF } from './types.ts';

/** The part of TensorFlow.js that computes window geometry. */
type Geometry = Pick<TF, 'backend_util'>;

/** The attributes of convolutions and pooling ops; each kernel has some of them. */
export interface WindowAttributes {
  readonly strides: number | number[];
  readonly pad: 'valid' | 'same' | number | [number, number][];
  readonly dilations?: number | number[] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: string;
  readonly filterSize?: number | number[];
  readonly inputShape?: number[];
  readonly filterShape?: number[];
}

/** Zeros before and after each axis of the images; a negative number is the number of pixels that no window reaches. */
export type Paddings = [before: number, after: number][];

/** Computes the padding of an op in numbers, from the windows that its attributes describe. */
export type PaddingsOf = (
  tf: Geometry,
  images: readonly number[],
  filter: readonly number[] | null,
  attributes: WindowAttributes,
) => Paddings;

interface WindowInfo {
  readonly padInfo: { readonly front?: number; readonly top: number; readonly left: number };
  readonly [name: string]: unknown;
}

/**
 * The padding of each side: the distance that the last window reaches beyond the image. The attribute may give more, or
 * less: if the padding is a single number, TensorFlow.js counts the windows of both sides by the height and vertical
 * stride, and for volumes with padding `same` it starts after the first pixel where a stride is longer than the window.
 * TensorFlow starts at the first pixel, and so does this.
 */
function paddingsIn(info: WindowInfo, sides: readonly ('Depth' | 'Height' | 'Width')[]): Paddings {
  const of = (name: string, side: string): number => info[`${name}${side}`] as number;
  const before = { Depth: info.padInfo.front ?? 0, Height: info.padInfo.top, Width: info.padInfo.left };
  const reached = sides.map((side): [number, number] => {
    const end = (of('out', side) - 1) * of('stride', side) + of('effectiveFilter', side);
    // If the windows end before the image begins, no pixel is reached.
    const start = Math.min(Math.max(0, before[side]), end);
    return [start, end - of('in', side) - start];
  });
  return [[0, 0], ...reached, [0, 0]];
}

const plane = ['Height', 'Width'] as const;
const volume = ['Depth', ...plane] as const;

/** Depthwise or not: the padding does not depend on the channels. */
export const ofConvolution2D: PaddingsOf = (
  tf,
  images,
  filter,
  { strides, dilations, pad, dimRoundingMode },
) => {
  const compute = tf.backend_util.computeConv2DInfo as (...args: unknown[]) => unknown;
  const info = compute(images, filter, strides, dilations ?? 1, pad, dimRoundingMode);
  return paddingsIn(info as WindowInfo, plane);
};

export const ofConvolution3D: PaddingsOf = (tf, images, filter, { strides, dilations, pad }) => {
  const compute = tf.backend_util.computeConv3DInfo as (...args: unknown[]) => unknown;
  return paddingsIn(compute(images, filter, strides, dilations ?? 1, pad) as WindowInfo, volume);
};

export const ofPooling: PaddingsOf = (tf, images, _filter, { filterSize, strides, pad, dimRoundingMode }) => {
  const isVolume = images.length === 5;
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util;
  const compute = (isVolume ? computePool3DInfo : computePool2DInfo) as (...args: unknown[]) => unknown;
  const info = compute(images, filterSize, strides, 1, pad, dimRoundingMode);
  return paddingsIn(info as WindowInfo, isVolume ? volume : plane);
};

/** The images without the pixels that no window reaches. */
export function withoutUnreached(tf: TF, x: Tensor, paddings: Paddings): Tensor {
  if (paddings.every(([, after]) => after >= 0)) return x;
  const size = x.shape.map((side, axis) => side + Math.min(0, paddings[axis]![1]));
  return tf.slice(
    x,
    size.map(() => 0),
    size,
  );
}

/** The part of the padding that adds pixels. */
export const addedPixels = (paddings: Paddings): Paddings =>
  paddings.map(([before, after]) => [before, Math.max(0, after)]);
