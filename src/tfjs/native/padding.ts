import type { Tensor } from '@tensorflow/tfjs';
import type { Correction } from '../corrections.ts';
import type { TF } from '../types.ts';
import {
  addedPixels,
  ofPooling,
  type Paddings,
  type PaddingsOf,
  type WindowAttributes,
  withoutUnreached,
} from '../windows.ts';

const inNumbers = ({ pad }: WindowAttributes): boolean => typeof pad !== 'string';

/** The images as their windows reach them: with `value` around them, and no more of them. */
const padded = (tf: TF, x: Tensor, paddings: Paddings, value = 0): Tensor =>
  tf.pad(withoutUnreached(tf, x, paddings), addedPixels(paddings), value);

/** The way back to a gradient of `shape`, with zeros for what is not reached. */
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
    return run({ ...inputs, x: padded(tf, x, paddingsOf(tf, x.shape, filter.shape, attributes)) });
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
    return run({ ...inputs, x: padded(tf, x, paddings) });
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
  padded(tf, x, paddings, x.dtype === 'int32' ? -(2 ** 31) : Number.NEGATIVE_INFINITY);

/** avgPool and avgPool3d: padding does not count, so the average with its zeros is divided by the part that is inside. */
export const averagePooled = (tf: TF): Correction =>
  withPixels(tf, ({ x }, attributes, run) => {
    const paddings = ofPooling(tf, x!.shape, null, attributes);
    return tf.div(run({ x: padded(tf, x!, paddings) }), inside(tf, x!, paddings, run));
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
    return unpadded(tf, run({ dy: shares, input: padded(tf, input, paddings) }), paddings, input.shape);
  });
};

/** The part of each window that lies inside the images, of 1. */
const inside = (tf: TF, x: Tensor, paddings: Paddings, average: Run): Tensor =>
  average({ x: padded(tf, tf.ones(x.shape), paddings) });
