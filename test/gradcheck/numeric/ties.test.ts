import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';

type Gradient = readonly number[];

/** max over three numbers, two of them equal, with a given gradient times dy. */
const max = (gradient: Gradient | null): GradcheckSpec => ({
  name: 'max',
  inputs: { x: [3, 3, -1] },
  forward: (tf, { x }) => tf.max(x!),
  ...(gradient === null
    ? {}
    : { backward: (tf: TF, _: unknown, dy: Tensor) => ({ x: tf.mul(dy, tf.tensor1d([...gradient])) }) }),
});

describe('equal numbers under max', () => {
  it.each([[[0.5, 0.5, 0]], [[1, 0, 0]], [[0, 1, 0]], [[0.25, 0.75, 0]]])(
    '%j is a subgradient',
    async (gradient) => {
      const { status, message } = await gradcheck(max(gradient));
      expect(status === 'pass' ? status : message).toBe('pass');
    },
  );

  it('what TensorFlow.js takes is none, and passes with a note that says so', async () => {
    for (const spec of [max(null), max([1, 1, 0])]) {
      const result = await gradcheck(spec);
      expect(result).toMatchObject({
        status: 'pass',
        kinks: { ties: { elements: 2, of: 3, conventionIsSubgradient: false } },
      });
      expect(result.message).toContain(
        'Ties: 2 of 3 elements tie; the gradient that TensorFlow.js takes there is not a subgradient',
      );
    }
  });

  it('a gradient within 1e-7 of a subgradient is one, and none beyond that', async () => {
    // Off along (1, 1), half of it is off from the nearest subgradient.
    for (const [off, status] of [
      [0.95e-7, 'pass'],
      [1.05e-7, 'fail'],
    ] as const)
      expect(await gradcheck(max([0.5 + off, 0.5 + off, 0]))).toMatchObject({ status });
  });

  it.each([[[1, 0.5, 0]], [[0, 0, 0]], [[0.5, 0.499, 0]], [[-1, 2, 0]], [[77, 77, 0]], [[1, 0, 0.001]]])(
    '%j is wrong',
    async (gradient) => {
      expect(await gradcheck(max(gradient))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
      expect(await gradcheck(max(gradient), { kinks: 'subgradient' })).toMatchObject({ status: 'fail' });
    },
  );
});

describe('three equal numbers under max', () => {
  const three = (gradient: Gradient): GradcheckSpec => ({ ...max(gradient), inputs: { x: [3, 3, 3] } });

  it.each([[[1 / 3, 1 / 3, 1 / 3]], [[0, 1, 0]], [[0.5, 0, 0.5]]])(
    '%j is a subgradient',
    async (gradient) => {
      const { status, message } = await gradcheck(three(gradient));
      expect(status === 'pass' ? status : message).toBe('pass');
    },
  );

  it.each([[[2 / 3, 2 / 3, 2 / 3]], [[1, 1, 0]], [[0, 1, 1]], [[0.5, 0.5, 0.5]]])(
    '%j is wrong',
    async (gradient) => {
      expect(await gradcheck(three(gradient))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    },
  );
});

describe('equal numbers in a saturated function, which a small step does not part', () => {
  const saturated = (gradient: Gradient | null): GradcheckSpec => ({
    ...max(gradient),
    // 1 - tanh^2 is 2.5e-5 there, and atanh divides by it again, so the derivative with respect to the winner is 3.
    inputs: { x: [1.999, 1.999, -1] },
    forward: (tf, { x }) => tf.max(tf.atanh(tf.tanh(tf.mul(x!, 3)))),
  });

  it('TensorFlow.js counts both, which passes with a note', async () => {
    for (const exact of ['on', 'off'] as const)
      expect(await gradcheck(saturated(null), { exact })).toMatchObject({
        status: 'pass',
        kinks: { ties: { elements: 2, of: 3, conventionIsSubgradient: false } },
      });
  });

  it('half of either is right, three quarters are not', async () => {
    expect(await gradcheck(saturated([1.5, 1.5, 0]))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(saturated([2.25, 2.25, 0]))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });
});

describe('numbers that are equal wherever x is', () => {
  const twice = (factor: number | null): GradcheckSpec => ({
    inputs: { x: [3, 1, -2] },
    forward: (tf, { x }) => tf.max(tf.concat([x!, x!])),
    ...(factor === null
      ? {}
      : { backward: (tf: TF, _: unknown, dy: Tensor) => ({ x: tf.mul(dy, [factor, 0, 0]) }) }),
  });

  it('are no kink: the sum of TensorFlow.js over both is wrong, and the derivative is right', async () => {
    expect(await gradcheck(twice(null))).toMatchObject({
      status: 'fail',
      oddOneOut: 'tf autodiff',
      inputs: { x: { wrong: 1, worst: { index: [0] } } },
      suspects: [{ kernel: 'Max' }],
    });
    expect((await gradcheck(twice(1))).inputs.x!.worst).toMatchObject({ oddOneOut: 'tf autodiff' });
    expect((await gradcheck(twice(2))).status).toBe('fail');
  });
});

describe('the verdict on what TensorFlow.js takes', () => {
  const ofRelu = (activation: (tf: TF, x: Tensor) => Tensor): GradcheckSpec => ({
    inputs: { x: [0] },
    forward: (tf, { x }) => activation(tf, x!),
  });

  it('is that 0 is a subgradient of ReLU at 0, where nothing else has a gradient', async () => {
    const fused = (tf: TF, x: Tensor) =>
      tf.fused.matMul({ a: tf.reshape(x, [1, 1]), b: tf.ones([1, 1]), activation: 'relu' });
    for (const activation of [(tf: TF, x: Tensor) => tf.relu(x), fused])
      expect(await gradcheck(ofRelu(activation))).toMatchObject({
        status: 'pass',
        kinks: { ties: { elements: 1, of: 1, conventionIsSubgradient: true } },
      });
  });

  it('does not need every element to be a sample', async () => {
    const options = { mode: 'sampled', samples: 1 } as const;
    for (const gradient of [
      [0.5, 0.5, 0],
      [1, 0, 0],
      [0.25, 0.75, 0],
    ]) {
      // biome-ignore format: a table
      const { status, message } = await gradcheck(max(gradient), options);
      expect(status === 'pass' ? status : message).toBe('pass');
    }
    const open = (mask: Gradient): GradcheckSpec => ({
      inputs: { x: [0, 0, 0] },
      forward: (tf, { x }) => tf.relu(x!),
      backward: (tf, _, dy) => ({ x: tf.mul(dy, [...mask]) }),
    });
    expect(await gradcheck(open([1, 0, 0]), options)).toMatchObject({
      status: 'pass',
      kinks: { ties: { elements: 3, conventionIsSubgradient: true } },
    });
    expect(await gradcheck(open([1.01, 0, 0]), options)).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
    });
    expect(await gradcheck(max([1, 0.5, 0]), options)).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    expect((await gradcheck(max(null), options)).kinks.ties.conventionIsSubgradient).toBe(false);
  });
});

describe('a piece whose slope cannot be told decides nothing', () => {
  /** sqrt, which is not defined on the left, with a gradient of 1/4. */
  const quarter = (tf: TF, x: Tensor) =>
    tf.customGrad((v) => ({ value: tf.sqrt(v as Tensor), gradFunc: (dy: Tensor) => tf.mul(dy, 0.25) }))(x);
  it.each<[string, GradcheckSpec]>([
    [
      'of one element',
      {
        inputs: { x: [0, 4] },
        forward: (tf, { x }) => quarter(tf, tf.relu(x!)),
        backward: (tf, _, dy) => ({ x: tf.mul(dy, [0.25, 0.25]) }),
      },
    ],
    [
      'of two elements that tie, of which the other’s can be told',
      {
        inputs: { x: [0], y: [0] },
        forward: (tf, { x, y }) => tf.add(quarter(tf, tf.relu(x!)), tf.relu(y!)),
        backward: (tf, _, dy) => ({ x: tf.mul(dy, 0.25), y: tf.mul(dy, 0) }),
      },
    ],
  ])('%s', async (_name, spec) => {
    const result = await gradcheck(spec);
    expect(result.status).toBe('inconclusive');
    expect(result.message).toContain('the differences cannot tell the gradient of a piece');
  });
});

it('what is not a number at the point and beside it has not changed its branch', async () => {
  const spec = (factor: number): GradcheckSpec => ({
    inputs: { x: [1, 2] },
    forward: (tf, { x }) =>
      tf.where(tf.greater(x!, 0), tf.square(x!), tf.relu(tf.log(tf.sub(-1, tf.abs(tf.mul(x!, 0.5)))))),
    backward: (tf, { x }, dy) => ({ x: tf.mul(factor, tf.mul(dy, x!)) }),
  });
  const { kinks, inputs } = await gradcheck(spec(2), { kinks: 'skip' });
  expect(kinks).toMatchObject({ elements: 0, skipped: 0 });
  expect(inputs.x!.checked).toBe(2);
});

describe('ties across inputs and places', () => {
  const maximum = (a: number, b: number): GradcheckSpec => ({
    inputs: { a: [2, 1], b: [2, 5] },
    forward: (tf, inputs) => tf.maximum(inputs.a!, inputs.b!),
    backward: (tf, _, dy) => ({ a: tf.mul(dy, [a, 0]), b: tf.mul(dy, [b, 1]) }),
  });

  it('the two sides of maximum share one', async () => {
    for (const [a, b] of [[1, 0], [0, 1], [0.3, 0.7]] as const) // biome-ignore format: a table
      expect(await gradcheck(maximum(a, b))).toMatchObject({ status: 'pass' });
    for (const [a, b] of [[1, 1], [0, 0], [0.3, 0.6]] as const) // biome-ignore format: a table
      expect(await gradcheck(maximum(a, b))).toMatchObject({ status: 'fail' });
  });

  it('ReLUs at 0 are free of each other', async () => {
    const relu = (mask: number[]): GradcheckSpec => ({
      inputs: { x: [0, 0, 0, 2, -2] },
      forward: (tf, { x }) => tf.relu(x!),
      backward: (tf, _, dy) => ({ x: tf.mul(dy, mask) }),
    });
    expect(await gradcheck(relu([1, 0, 0.5, 1, 0]))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(relu([1, 1, 1, 1, 0]))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(relu([1, 0, 1.01, 1, 0]))).toMatchObject({ status: 'fail' });
    expect(await gradcheck(relu([1, 0, 1, 1, 1]))).toMatchObject({ status: 'fail' });
  });

  it('a bias that many ReLUs share opens or closes all of them', async () => {
    const shared = (share: number): GradcheckSpec => ({
      inputs: { b: [0.25] },
      forward: (tf, { b }) => tf.sum(tf.relu(tf.add(b!, [-0.25, -0.25, -0.25, 1]))),
      backward: (tf, _, dy) => ({ b: tf.reshape(tf.mul(dy, share), [1]) }),
    });
    for (const share of [1, 4, 2.5]) expect(await gradcheck(shared(share))).toMatchObject({ status: 'pass' });
    for (const share of [0.99, 4.01, -1])
      expect(await gradcheck(shared(share))).toMatchObject({ status: 'fail' });
  });

  const pooled = (mask: (tf: TF, x: Tensor, y: Tensor) => Tensor): GradcheckSpec => ({
    inputs: { x: { values: [1, 1, 0, 2, 0, 1, 3, 2], shape: [1, 2, 4, 1] } },
    forward: (tf, { x }) => tf.maxPool(x as never, 2, 2, 'valid'),
    backward: (tf, { x }, dy) => {
      const up = (t: Tensor) => tf.image.resizeNearestNeighbor(t as never, [2, 4]);
      return { x: tf.mul(up(dy), mask(tf, x!, up(tf.maxPool(x as never, 2, 2, 'valid')))) };
    },
  });

  it('a pooled window splits its gradient, and does not multiply it', async () => {
    const equal = (tf: TF, x: Tensor, y: Tensor) => tf.cast(tf.equal(x, y), 'float32');
    // The first window has three equal maxima.
    const split = (tf: TF, x: Tensor, y: Tensor) =>
      tf.mul(equal(tf, x, y), tf.tensor4d([1 / 3, 1 / 3, 1, 1, 1, 1 / 3, 1, 1], [1, 2, 4, 1]));
    expect(await gradcheck(pooled(split))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(pooled(equal))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });
});
