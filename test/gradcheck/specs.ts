import type { GradcheckSpec, ShapedValues, Tensor, TF } from '../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../src/numerics/random.ts';
import { sizeOf } from '../../src/numerics/shape.ts';

type Inputs = Record<string, Tensor>;

/** Seeded inputs: uniform in [low, high), of both signs unless stated otherwise. */
export function inputsFrom(seed: number) {
  const random = uniformNumbers(seed * 7919 + 13);
  const uniform =
    (low: number, high: number) =>
    (...shape: number[]): ShapedValues => ({
      shape,
      values: Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random()),
    });
  return {
    signed: uniform(-1.5, 1.5),
    positive: uniform(0.3, 2),
    /** Every element 1e-9 from 0, on either side. */
    nearZero: (...shape: number[]): ShapedValues => {
      const { values } = uniform(-1, 1)(...shape);
      return { shape, values: Float64Array.from(values, (x) => (x < 0 ? -1e-9 : 1e-9)) };
    },
  };
}

export const logSumExpRows = (tf: TF, x: Tensor): Tensor => tf.logSumExp(x, -1, true);

/** The network of the notebook with its loss: fixed image [1,16,16,1], label 1 or 0. */
export function network(seed: number, planted: (gradients: Inputs, tf: TF) => Inputs = (right) => right) {
  const { signed } = inputsFrom(seed);
  const image = Array.from(signed(1, 16, 16, 1).values);
  const label = seed % 2;
  const layers = (tf: TF, { kernel, weight, bias }: Inputs) => {
    const x = tf.tensor4d(image, [1, 16, 16, 1]);
    const convOut = tf.conv2d(x, kernel as never, 1, 'valid');
    const flatOut = tf.reshape(tf.relu(convOut), [1, 144]);
    return { x, convOut, flatOut, logit: tf.add(tf.matMul(flatOut, weight!), bias!) };
  };
  const weight = signed(144, 1);
  return {
    name: 'network',
    inputs: {
      kernel: signed(5, 5, 1, 1),
      weight: { ...weight, values: Array.from(weight.values, (w) => w / 20) },
      bias: [[0.1]],
    },
    forward(tf: TF, inputs: Inputs) {
      const p = tf.sigmoid(layers(tf, inputs).logit);
      return tf.neg(tf.log(label === 1 ? p : tf.sub(1, p)));
    },
    backward(tf: TF, inputs: Inputs, dy: Tensor) {
      const { x, convOut, flatOut, logit } = layers(tf, inputs);
      const dLogit = tf.mul(dy, tf.sub(tf.sigmoid(logit), label));
      const dRelu = tf.mul(
        tf.reshape(tf.matMul(dLogit, inputs.weight!, false, true), convOut.shape),
        tf.step(convOut),
      );
      const kernel = tf.conv2d(x, tf.reshape(dRelu, [12, 12, 1, 1]) as never, 1, 'valid');
      const right = {
        kernel: tf.reshape(kernel, [5, 5, 1, 1]),
        weight: tf.matMul(flatOut, dLogit, true, false),
        bias: dLogit,
      };
      return planted(right, tf);
    },
  } satisfies GradcheckSpec;
}

/** Many kinds of right gradients, each with inputs from a seed. */
export const rightSpecs: Record<string, (seed: number) => GradcheckSpec> = {
  'dense and bias': (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { x: signed(3, 4), w: signed(4, 2), b: signed(2) },
      forward: (tf, { x, w, b }) => tf.add(tf.matMul(x!, w!), b!),
      backward: (tf, { x, w }, dy) => ({
        x: tf.matMul(dy, w!, false, true),
        w: tf.matMul(x!, dy, true, false),
        b: tf.sum(dy, 0),
      }),
    };
  },
  'relu at 1e-9': (seed) => ({
    inputs: { x: inputsFrom(seed).nearZero(4, 3) },
    forward: (tf, { x }) => tf.relu(x!),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.step(x!)) }),
  }),
  'dense relu dense, pre-activations at 1e-9': (seed) => {
    const { signed, nearZero } = inputsFrom(seed);
    return {
      inputs: { b: nearZero(6), w: signed(6, 2) },
      forward: (tf, { b, w }) => tf.matMul(tf.reshape(tf.relu(b!), [1, 6]), w!),
      backward: (tf, { b, w }, dy) => ({
        b: tf.mul(tf.reshape(tf.matMul(dy, w!, false, true), [6]), tf.step(b!)),
        w: tf.matMul(tf.reshape(tf.relu(b!), [1, 6]), dy, true, false),
      }),
    };
  },
  'leaky relu, abs, clip at 1e-9': (seed) => ({
    inputs: { x: inputsFrom(seed).nearZero(5) },
    forward: (tf, { x }) =>
      tf.add(tf.add(tf.leakyRelu(x!, 0.1), tf.abs(x!)), tf.clipByValue(tf.add(x!, 1), 0, 1)),
  }),
  'maximum, minimum and max at 1e-9': (seed) => {
    const { nearZero, signed } = inputsFrom(seed);
    return {
      inputs: { x: nearZero(2, 4), y: signed(2, 4) },
      forward: (tf, { x, y }) =>
        tf.add(
          tf.max(tf.mul(x!, y!), 1, true),
          tf.add(tf.maximum(x!, tf.zerosLike(x!)), tf.minimum(x!, tf.mul(y!, 1e-9))),
        ),
    };
  },
  'max pooling with near ties': (seed) => {
    const { nearZero } = inputsFrom(seed);
    return {
      inputs: { x: nearZero(1, 4, 4, 2) },
      forward: (tf, { x }) => {
        const spread = tf.range(0, 32).mul(1e-11).reshape([1, 4, 4, 2]);
        return tf.maxPool(tf.add(x!, spread) as never, 2, 2, 'same');
      },
    };
  },
  sigmoid: (seed) => ({
    inputs: { x: inputsFrom(seed).signed(7) },
    forward: (tf, { x }) => tf.sigmoid(x!),
    backward: (tf, { x }, dy) => {
      const s = tf.sigmoid(x!);
      return { x: tf.mul(dy, tf.mul(s, tf.sub(1, s))) };
    },
  }),
  'softmax cross-entropy': (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { logits: signed(3, 4) },
      forward: (tf, { logits }) =>
        tf.mean(tf.sub(logSumExpRows(tf, logits!), tf.slice(logits! as never, [0, 1], [3, 1]))),
      backward: (tf, { logits }, dy) => {
        const label = tf.oneHot(tf.tensor1d([1, 1, 1], 'int32'), 4);
        return { logits: tf.div(tf.mul(dy, tf.sub(tf.softmax(logits!), label)), 3) };
      },
    };
  },
  'layer norm': (seed) => {
    const { signed, positive } = inputsFrom(seed);
    return {
      inputs: { x: signed(3, 5), gamma: positive(5), beta: signed(5) },
      forward: (tf, { x, gamma, beta }) => {
        const { mean, variance } = tf.moments(x!, 1, true);
        return tf.add(tf.mul(tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, 1e-5))), gamma!), beta!);
      },
    };
  },
  gelu: (seed) => ({
    inputs: { x: inputsFrom(seed).signed(6) },
    forward: (tf, { x }) => tf.mul(tf.mul(x!, 0.5), tf.add(1, tf.erf(tf.div(x!, Math.SQRT2)))),
    backward: (tf, { x }, dy) => {
      const cdf = tf.mul(0.5, tf.add(1, tf.erf(tf.div(x!, Math.SQRT2))));
      const pdf = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return { x: tf.mul(dy, tf.add(cdf, tf.mul(x!, pdf))) };
    },
  }),
  attention: (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { q: signed(3, 2), k: signed(4, 2), v: signed(4, 3) },
      forward: (tf, { q, k, v }) =>
        tf.matMul(tf.softmax(tf.div(tf.matMul(q!, k!, false, true), Math.SQRT2)), v!),
    };
  },
  'convolution, same padding, stride 2': (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { x: signed(1, 5, 5, 2), filter: signed(3, 3, 2, 2) },
      forward: (tf, { x, filter }) => tf.relu(tf.conv2d(x as never, filter as never, 2, 'same')),
    };
  },
  'depthwise convolution and average pooling': (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { x: signed(1, 4, 4, 2), filter: signed(2, 2, 2, 1) },
      forward: (tf, { x, filter }) =>
        tf.avgPool(
          tf.elu(tf.depthwiseConv2d(x as never, filter as never, 1, 'valid')) as never,
          2,
          1,
          'valid',
        ),
    };
  },
  'log, sqrt, division of positive numbers': (seed) => {
    const { positive } = inputsFrom(seed);
    return {
      inputs: { a: positive(2, 3), b: positive(3) },
      forward: (tf, { a, b }) => tf.div(tf.log(a!), tf.sqrt(tf.add(b!, 1))),
    };
  },
  'binary cross-entropy, saturated': (seed) => {
    const { signed } = inputsFrom(seed);
    return {
      inputs: { logit: { ...signed(5), values: Array.from(signed(5).values, (x) => 20 * x) } },
      forward: (tf, { logit }) => tf.add(tf.relu(logit!), tf.log1p(tf.exp(tf.neg(tf.abs(logit!))))),
      backward: (tf, { logit }, dy) => ({ logit: tf.mul(dy, tf.sigmoid(logit!)) }),
    };
  },
  'softmax summed to a constant: every gradient is rounding': (seed) => ({
    inputs: { x: inputsFrom(seed).signed(3, 4) },
    forward: (tf, { x }) => tf.sum(tf.softmax(x!)),
  }),
  'inputs over twelve decades': (seed) => ({
    inputs: { x: Array.from(inputsFrom(seed).positive(4).values, (x, i) => x * 10 ** (3 * i - 9)) },
    forward: (tf, { x }) => tf.log(x!),
  }),
  'a large constant beside a small function': (seed) => ({
    inputs: { x: inputsFrom(seed).signed(3) },
    forward: (tf, { x }) => tf.add(tf.square(x!), 1e8),
  }),
};
