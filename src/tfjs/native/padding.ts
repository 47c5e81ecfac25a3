import type { Tensor } from '@tensorflow/tfjs';
import type { Correction } from '../corrections.ts';
import type { TF } from '../types.ts';

/** The attributes of convolutions and poolings, of which each kernel has some. */
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

/** Before and after each axis of the images. */
type Paddings = [before: number, after: number][];

/** What the windows of an op reach, with the padding that its attributes give in numbers. */
export type PaddingsOf = (
  tf: TF,
  images: readonly number[],
  filter: readonly number[] | null,
  attributes: WindowAttributes,
) => Paddings;

interface WindowInfo {
  readonly padInfo: { readonly front?: number; readonly top: number; readonly left: number };
  readonly [name: string]: unknown;
}

/**
 * The padding of each side: what the last window reaches beyond the image, or nothing, and not what the attribute says
 * where that is never reached.
 */
function paddingsIn(info: WindowInfo, sides: readonly ('Depth' | 'Height' | 'Width')[]): Paddings {
  const of = (name: string, side: string): number => info[`${name}${side}`] as number;
  const before = { Depth: info.padInfo.front ?? 0, Height: info.padInfo.top, Width: info.padInfo.left };
  const reached = sides.map((side): [number, number] => {
    const end = (of('out', side) - 1) * of('stride', side) + of('effectiveFilter', side);
    return [before[side], Math.max(0, end - of('in', side) - before[side])];
  });
  return [[0, 0], ...reached, [0, 0]];
}

const plane = ['Height', 'Width'] as const;
const volume = ['Depth', ...plane] as const;

export const ofConvolution2D =
  (isDepthwise: boolean): PaddingsOf =>
  (tf, images, filter, { strides, dilations, pad, dimRoundingMode }) => {
    const compute = tf.backend_util.computeConv2DInfo as (...args: unknown[]) => unknown;
    const info = compute(images, filter, strides, dilations ?? 1, pad, dimRoundingMode, isDepthwise);
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

const inNumbers = ({ pad }: WindowAttributes): boolean => typeof pad !== 'string';

const unpadded = (tf: TF, gradient: Tensor, paddings: Paddings, shape: readonly number[]): Tensor =>
  tf.slice(
    gradient,
    paddings.map(([before]) => before),
    [...shape],
  );

interface Inputs {
  readonly [name: string]: Tensor;
}

/** A kernel whose padding in numbers becomes pixels of the images, and `valid`. */
const withPixels =
  (tf: TF, work: (inputs: Inputs, attributes: WindowAttributes, run: Run) => Tensor): Correction =>
  (shipped) =>
  (parameters) => {
    const attributes = parameters.attrs as unknown as WindowAttributes;
    if (!inNumbers(attributes)) return shipped(parameters);
    const run: Run = (inputs, more = {}) =>
      shipped({
        ...parameters,
        inputs: { ...inputs },
        attrs: { ...parameters.attrs, pad: 'valid', ...more },
      }) as Tensor;
    return tf.tidy(() => work(parameters.inputs as Inputs, attributes, run));
  };

type Run = (inputs: Inputs, more?: Record<string, number[]>) => Tensor;

/** The convolution itself: x [batch, ...sides, inChannels], filter [...sides, inChannels, ...]. */
export const convolved = (tf: TF, paddingsOf: PaddingsOf): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const { x, filter } = inputs as { x: Tensor; filter: Tensor };
    return run({ ...inputs, x: tf.pad(x, paddingsOf(tf, x.shape, filter.shape, attributes)) });
  });

/** Its gradient in x: that of the padded images, cut out. */
export const convolvedBackInput = (tf: TF, paddingsOf: PaddingsOf): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const shape = attributes.inputShape!;
    const paddings = paddingsOf(tf, shape, inputs.filter!.shape, attributes);
    const inputShape = shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1]);
    return unpadded(tf, run(inputs, { inputShape }), paddings, shape);
  });

/** Its gradient in the filter, of the padded images. */
export const convolvedBackFilter = (tf: TF, paddingsOf: PaddingsOf): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const { x } = inputs as { x: Tensor };
    const paddings = paddingsOf(tf, x.shape, attributes.filterShape!, attributes);
    return run({ ...inputs, x: tf.pad(x, paddings) });
  });

/** maxPool and maxPool3d: the padding is smaller than every number. */
export const maxPooled = (tf: TF): Correction =>
  withPixels(tf, ({ x }, attributes, run) =>
    run({ x: belowAll(tf, x!, ofPooling(tf, x!.shape, null, attributes)) }),
  );

export const maxPooledBack = (tf: TF): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const { input } = inputs as { input: Tensor };
    const paddings = ofPooling(tf, input.shape, null, attributes);
    const gradient = run({ ...inputs, input: belowAll(tf, input, paddings) });
    return unpadded(tf, gradient, paddings, input.shape);
  });

const belowAll = (tf: TF, x: Tensor, paddings: Paddings): Tensor =>
  tf.pad(x, paddings, x.dtype === 'int32' ? -(2 ** 31) : Number.NEGATIVE_INFINITY);

/** avgPool and avgPool3d: padding does not count, so the average with its zeros is divided by the part that is inside. */
export const averagePooled = (tf: TF): Correction =>
  withPixels(tf, ({ x }, attributes, run) => {
    const paddings = ofPooling(tf, x!.shape, null, attributes);
    return tf.div(run({ x: tf.pad(x!, paddings) }), inside(tf, x!, paddings, run));
  });

export const averagePooledBack = (tf: TF, forward: string): Correction => {
  const forwardOf =
    (attributes: WindowAttributes): Run =>
    (inputs) =>
      tf.engine().runKernel(forward, { ...inputs }, { ...attributes, pad: 'valid' } as never) as Tensor;
  return withPixels(tf, (inputs, attributes, run) => {
    const { dy, input } = inputs as { dy: Tensor; input: Tensor };
    const paddings = ofPooling(tf, input.shape, null, attributes);
    const shares = tf.div(dy, inside(tf, input, paddings, forwardOf(attributes)));
    return unpadded(tf, run({ dy: shares, input: tf.pad(input, paddings) }), paddings, input.shape);
  });
};

/** The part of each window that lies inside the images, of 1. */
const inside = (tf: TF, x: Tensor, paddings: Paddings, average: Run): Tensor =>
  average({ x: tf.pad(tf.ones(x.shape), paddings) });
