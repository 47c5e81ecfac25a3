import type { MaxPool3DGradAttrs, Tensor } from '@tensorflow/tfjs';
import { type Correction, toTensor } from '../corrections.ts';
import { maxPool3DGradient } from '../maxPool3DGradient.ts';
import type { TF } from '../types.ts';
import {
  addedPixels,
  ofPooling,
  type Paddings,
  type PaddingsOf,
  type WindowAttributes,
  withoutUnreached,
} from '../windows.ts';

/** The part of the images that the windows reach, padded with `value`. */
const padded = (tf: TF, x: Tensor, paddings: Paddings, value = 0): Tensor =>
  tf.pad(withoutUnreached(tf, x, paddings), addedPixels(paddings), value);

/**
 * The inverse for a gradient: cuts out the padding and fills up to `shape` with zeros for pixels that are not reached.
 */
function unpadded(tf: TF, gradient: Tensor, paddings: Paddings, shape: readonly number[]): Tensor {
  const reached = tf.slice(
    gradient,
    paddings.map(([before]) => before),
    shape.map((side, axis) => side + Math.min(0, paddings[axis]![1])),
  );
  return tf.pad(
    reached,
    paddings.map(([, after]) => [0, Math.max(0, -after)]),
  );
}

interface Inputs {
  readonly [name: string]: Tensor;
}

/** Applies to padding in numbers, which tfjs-node does not support, and to volumes whose windows skip pixels. */
const isMeant = (inputs: Inputs, attributes: WindowAttributes): boolean =>
  typeof attributes.pad !== 'string' || (attributes.pad === 'same' && stepsOver(inputs, attributes));

/**
 * Whether a stride is longer than the window of a volume: TensorFlow may then compute a negative padding for `same`.
 */
function stepsOver(inputs: Inputs, { filterSize, filterShape, strides }: WindowAttributes): boolean {
  if (Object.values(inputs)[0]!.rank !== 5) return false;
  const window = filterSize ?? filterShape?.slice(0, 3) ?? inputs.filter!.shape.slice(0, 3);
  return Math.max(...[strides].flat()) > Math.min(...[window].flat());
}

/** Where it applies, a kernel with its padding turned into pixels of the images, and the padding `valid`. */
const withPixels =
  (tf: TF, work: (inputs: Inputs, attributes: WindowAttributes, run: Run) => Tensor): Correction =>
  (shipped) =>
  (parameters) => {
    const attributes = parameters.attrs as unknown as WindowAttributes;
    if (!isMeant(parameters.inputs as Inputs, attributes)) return shipped(parameters);
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
    return run({ ...inputs, x: padded(tf, x, paddingsOf(tf, x.shape, filter.shape, attributes)) });
  });

/** Its gradient in x: that of the padded images, with the padding cut off. */
export const convolvedBackInput = (tf: TF, paddingsOf: PaddingsOf): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const shape = attributes.inputShape!;
    const paddings = paddingsOf(tf, shape, inputs.filter!.shape, attributes);
    const inputShape = shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1]);
    return unpadded(tf, run(inputs, { inputShape }), paddings, shape);
  });

/** Its gradient in the filter, computed from the padded images. */
export const convolvedBackFilter = (tf: TF, paddingsOf: PaddingsOf): Correction =>
  withPixels(tf, (inputs, attributes, run) => {
    const { x } = inputs as { x: Tensor };
    const paddings = paddingsOf(tf, x.shape, attributes.filterShape!, attributes);
    return run({ ...inputs, x: padded(tf, x, paddings) });
  });

/** maxPool and maxPool3d: the padding is the smallest number. */
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
  padded(tf, x, paddings, x.dtype === 'int32' ? -(2 ** 31) : Number.NEGATIVE_INFINITY);

/**
 * avgPool and avgPool3d: padding does not count, so the average over its zeros is divided by the share of the window
 * that is inside; for a window entirely in the padding it is 0.
 */
export const averagePooled = (tf: TF): Correction =>
  withPixels(tf, ({ x }, attributes, run) => {
    const paddings = ofPooling(tf, x!.shape, null, attributes);
    return tf.divNoNan(run({ x: padded(tf, x!, paddings) }), inside(tf, x!, paddings, run));
  });

export const averagePooledBack = (tf: TF, forward: string): Correction => {
  const forwardOf =
    (attributes: WindowAttributes): Run =>
    (inputs) =>
      tf.engine().runKernel(forward, { ...inputs }, { ...attributes, pad: 'valid' } as never) as Tensor;
  return withPixels(tf, (inputs, attributes, run) => {
    const { dy, input } = inputs as { dy: Tensor; input: Tensor };
    const paddings = ofPooling(tf, input.shape, null, attributes);
    const shares = tf.divNoNan(dy, inside(tf, input, paddings, forwardOf(attributes)));
    return unpadded(tf, run({ dy: shares, input: padded(tf, input, paddings) }), paddings, input.shape);
  });
};

/** The share of each window that lies inside the images, from 0 to 1. */
const inside = (tf: TF, x: Tensor, paddings: Paddings, average: Run): Tensor =>
  average({ x: padded(tf, tf.ones(x.shape), paddings) });

/**
 * The gradient of maxPool3d where a window has its largest value more than once: TensorFlow gives all of dy to each of
 * them. This gives it to the last one, like every other backend.
 */
export const oneOfEqual =
  (tf: TF): Correction =>
  (shipped) =>
  (parameters) => {
    const { dy, input } = parameters.inputs as { dy: Tensor; input: Tensor };
    return tf.tidy(() => {
      // Each window then passes on as many ones as it has largest values.
      const inputs = { ...parameters.inputs, dy: tf.onesLike(dy) };
      const ones = tf.sum(toTensor(tf, shipped({ ...parameters, inputs }) as Tensor));
      if (ones.dataSync()[0] === dy.size) return shipped(parameters) as Tensor;
      const attributes = parameters.attrs as unknown as MaxPool3DGradAttrs;
      const gradient = maxPool3DGradient(input.dataSync(), dy.dataSync(), input.shape, attributes);
      return tf.tensor(Float32Array.from(gradient), input.shape, 'float32');
    });
  };
