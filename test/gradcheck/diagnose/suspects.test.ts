import { describe, expect, it } from '@jest/globals';
import type { GradConfig } from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import { KNOWN_FAULTS, knownFault } from '../../../src/gradcheck/diagnose/knownFaults.ts';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { Tensor } from '../../../src/gradcheck/types.ts';
import { inputsFrom } from '../specs.ts';

await tf.ready();
const { signed } = inputsFrom(3);
const inputs = { x: signed(3, 3) };
const half = tf.customGrad(((x: Tensor) => ({
  value: tf.square(x),
  gradFunc: (dy: Tensor) => tf.mul(dy, x),
})) as never) as (x: Tensor) => Tensor;
const border: [number, number][] = [
  [1, 1],
  [1, 1],
];

const AT_FAULT: [string, string | null, (x: Tensor) => Tensor][] = [
  ['between right ops', 'MirrorPad', (x) => tf.tanh(tf.mirrorPad(tf.exp(x), border, 'reflect'))],
  [
    'among slices of one tensor',
    'Cumsum',
    (x) => tf.add(tf.slice(tf.cumsum(x, 0), [0, 0], [2, 2]), tf.slice(x, [1, 1], [2, 2])),
  ],
  ['a step function', 'Cast', (x) => tf.mul(x, tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32'))],
  ['inside a tidy', 'MirrorPad', (x) => tf.tidy(() => tf.mirrorPad(tf.square(x), border, 'reflect'))],
  ['of numbers that are equal wherever x is', 'Max', (x) => tf.max(tf.concat([x, x]), 0)],
  [
    'and no op that x does not reach',
    null,
    (x) => tf.add(tf.sum(half(x)), tf.sum(tf.mirrorPad(tf.ones([3, 3]), border, 'reflect'))),
  ],
  ['a customGrad', null, (x) => tf.sum(half(tf.relu(x)))],
];

describe('the op at fault', () => {
  for (const [name, kernel, f] of AT_FAULT) {
    it(`${kernel ?? 'customGrad'}, ${name}`, async () => {
      const result = await gradcheck({ inputs, forward: (_, { x }) => f(x) });
      expect(result).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
      const known = kernel === null ? null : knownFault(kernel);
      expect(result.suspects).toEqual([{ kernel, known }]);
      const words =
        kernel === null
          ? 'your customGrad'
          : `the gradient of ${kernel} (a known fault of TensorFlow.js: ${known})`;
      expect(result.message).toContain(` At fault: ${words}`);
    });
  }

  it('is not looked for where yours is wrong', async () => {
    const result = await gradcheck({
      inputs,
      forward: (_, { x }) => tf.square(x),
      backward: (_, { x }, dy) => ({ x: tf.mul(dy, x) }),
    });
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'yours', suspects: [] });
  });

  it('right ops are not accused beside a customGrad: every op of a layer', async () => {
    const layer = tf.layers.lstm({ units: 2 });
    const result = await gradcheck({
      inputs: { x: signed(1, 3, 2) },
      forward: (_, { x }) => half(layer.apply(x) as Tensor),
    });
    expect(result.suspects).toEqual([{ kernel: null, known: null }]);
  });
});

describe('the op whose gradient is off', () => {
  type Op = (x: Tensor) => Tensor;
  // Of one element it may be off by twice 1e-6 of itself, and by what rounding does.
  it.each<[string, number, number, boolean, Op]>([
    ['Square', 1, 1.9e-6, false, (x) => tf.square(x)],
    ['Square', 1, -1.9e-6, false, (x) => tf.square(x)],
    ['Square', 1, 2.2e-6, true, (x) => tf.square(x)],
    ['Square', 1, -2.2e-6, true, (x) => tf.square(x)],
    ['Square', 1e3, 2.2e-6, true, (x) => tf.square(x)],
    // The step is relative to the input: a step of 1e-5 itself would be too long here.
    ['Log', 1e-5, 2.2e-6, true, (x) => tf.log(x)],
    // The slope along the step is 1e-8 here, and rounding may be 1e-9 of the value, which is 1.
    ['Cos', 1e-4, 5, true, (x) => tf.cos(x)],
    ['Cos', 1e-4, 0.02, false, (x) => tf.cos(x)],
  ])('%s at %d by %d of itself is accused: %s', async (kernel, at, off, is, f) => {
    const config = tf.getGradient(kernel) as GradConfig;
    const { gradFunc } = config;
    config.gradFunc = (...args) => {
      const right = gradFunc(...args);
      return { ...right, x: () => tf.mul(right.x!(), 1 + off) };
    };
    try {
      const result = await gradcheck({ inputs: { x: [at] }, forward: (_, { x }) => f(x!) });
      expect(result.status).toBe('fail');
      expect(result.suspects.map((each) => each.kernel)).toEqual(is ? [kernel] : []);
    } finally {
      config.gradFunc = gradFunc;
    }
  });
});

describe('an op that takes whole numbers too', () => {
  it('is run again with the same ones', async () => {
    const config = tf.getGradient('GatherV2') as GradConfig;
    const { gradFunc } = config;
    // Wrong for the second element only.
    config.gradFunc = (...args) => {
      const right = gradFunc(...args);
      return { ...right, x: () => tf.mul(right.x!(), tf.tensor1d([1, 1.5])) };
    };
    const gathered = (index: number) =>
      gradcheck({
        inputs: { x: [0.5, 0.7] },
        forward: (_, { x }) => tf.gather(x!, tf.tensor1d([index], 'int32')),
      });
    try {
      expect((await gathered(0)).status).toBe('pass');
      expect(await gathered(1)).toMatchObject({
        status: 'fail',
        suspects: [{ kernel: 'GatherV2', known: null }],
      });
    } finally {
      config.gradFunc = gradFunc;
    }
  });
});

it('known faults are of kernels that have a gradient', () => {
  for (const { kernel } of KNOWN_FAULTS) expect(tf.getGradient(kernel)).toBeDefined();
});
