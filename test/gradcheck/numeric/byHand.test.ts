import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckOptions, GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/index.ts';
import { compareElement, tolerance } from '../../../src/gradcheck/numeric/compare.ts';
import type { Estimate } from '../../../src/gradcheck/numeric/differences.ts';
import { inputResult } from '../../../src/gradcheck/numeric/float32Compare.ts';
import { BranchObserver } from '../../../src/gradcheck/numeric/kernels/branches.ts';
import { unaryKernels } from '../../../src/gradcheck/numeric/kernels/unary.ts';
import { largestChanges } from '../../../src/gradcheck/numeric/noise.ts';
import { readInput } from '../../../src/gradcheck/spec/readInput.ts';
import { readOptions } from '../../../src/gradcheck/spec/readSpec.ts';
import { sizeOf } from '../../../src/numerics/shape.ts';

beforeAll(() => tf.ready());
const NO_FLIPS = { total: 0, kernels: {}, places: [], diverged: false };
const byNumbers = (spec: GradcheckSpec, options: GradcheckOptions = {}) =>
  gradcheck(spec, { exact: 'off', ...options });

describe('what an element is allowed', () => {
  const estimate = { difference: 1e-3, rounding: 1e-4 };
  const allowed = { rtol: 1e-2, atol: 1e-5 };

  it('is the errors of the differences, rtol of the magnitude, and atol', () => {
    expect(tolerance(estimate, -2, allowed).total).toBeCloseTo(1e-3 + 1e-4 + 2e-2 + 1e-5, 15);
  });

  it.each([
    [0.99, 'pass'],
    [-0.99, 'pass'],
    [1.01, 'wrong'],
    [-1.01, 'wrong'],
  ])('%d of it: %s', (share, status) => {
    const whole: Estimate = {
      ...{ ...estimate, value: 2, step: 1e-3, bend: 0, flips: NO_FLIPS, slope: 2, undecided: null },
    };
    const scale = { largest: 2, noise: 0, natural: 2, saturated: () => false };
    const sides = { yours: 2 + share * 0.02111, autodiff: null };
    expect(compareElement([0], sides, whole, allowed, null, scale).status).toBe(status);
  });
});

it('a gradient far too large does not widen the tolerance of the others', async () => {
  const { inputs } = await byNumbers({
    inputs: { x: [1, 2, 3] },
    forward: (tf, { x }) => tf.square(x!),
    backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(x!, tf.tensor1d([2e15, 2 + 1e-6, 2]))) }),
  });
  expect(inputs.x).toMatchObject({ wrong: 2, status: 'fail' });
});

it.each([
  [2, 2.1, 'tf autodiff'],
  [2.1, 2, 'yours'],
  [2.1, 2.2, null],
  [2.1, 2.1, 'numeric'],
  [2.1, null, 'yours'],
  [null, 2.1, 'tf autodiff'],
] as const)('of yours %d, autodiff %d and differences of 2 the odd one is %s', (yours, autodiff, odd) => {
  const estimate: Estimate = {
    ...{
      value: 2,
      step: 1e-3,
      difference: 1e-6,
      rounding: 1e-6,
      bend: 0,
      flips: NO_FLIPS,
      slope: 2,
      undecided: null,
    },
  };
  const scale = { largest: 2, noise: 0, natural: 2, saturated: () => false };
  const element = compareElement([0], { yours, autodiff }, estimate, { rtol: 1e-6, atol: 1e-9 }, null, scale);
  expect(element).toMatchObject({ status: 'wrong', oddOneOut: odd });
});

describe('sampled', () => {
  const SIZE = 2000;
  const values = Float64Array.from({ length: SIZE }, (_, k) => 0.5 + ((k * 7) % 11) / 20);

  it('the largest element is always among the samples', async () => {
    const largest = 1234;
    const spec: GradcheckSpec = {
      inputs: { x: { values, shape: [SIZE] } },
      // Cumprod has no gradient in TensorFlow.js; on a single element it is the identity.
      forward: (tf, { x }) => tf.reshape(tf.cumprod(tf.reshape(tf.square(x!), [SIZE, 1]), 1), [SIZE]),
      backward: (tf, { x }, dy) => {
        const factors = new Float64Array(SIZE).fill(2);
        factors[largest] = 300;
        return { x: tf.mul(dy, tf.mul(x!, tf.tensor1d(factors as never))) };
      },
    };
    const { inputs } = await byNumbers(spec, { mode: 'sampled', samples: 3 });
    expect(inputs.x!.failures.map(({ index }) => index)).toEqual([[largest]]);
  });

  it('what dual numbers contradict is among them, where the exact check leaves it open', async () => {
    // In the exact check exponentials of exponentials are random functions.
    const nested = (tf: TF, x: Tensor): Tensor => tf.tanh(tf.tanh(x));
    const spec = (factor: number): GradcheckSpec => ({
      inputs: { x: { values, shape: [SIZE] } },
      // No autodiff to compare with: Cumprod has no gradient in TensorFlow.js, and on one element is the identity.
      forward: (tf, { x }) => tf.cumprod(tf.reshape(tf.sum(nested(tf, x!)), [1])),
      backward: (tf, { x }, dy) => {
        const factors = new Float64Array(SIZE).fill(1);
        factors[777] = factor;
        const right = tf.grad((at: Tensor) => tf.sum(nested(tf, at)))(x!, tf.sum(dy));
        return { x: tf.mul(right, tf.tensor1d(factors as never)) };
      },
    });
    const found = async (factor: number) => {
      const { status, exact, inputs } = await gradcheck(spec(factor), { mode: 'sampled', samples: 3 });
      return { status, exact: exact?.verdict, failures: inputs.x!.failures.map(({ index }) => index) };
    };
    expect(await found(1)).toEqual({ status: 'pass', exact: 'proved', failures: [] });
    expect(await found(1.0005)).toEqual({ status: 'fail', exact: 'not proved', failures: [[777]] });
  });

  it('the seed says which elements are', async () => {
    const moved = async (seed: number): Promise<number[]> => {
      const seen = new Set<number>();
      await byNumbers(
        {
          inputs: { x: { values, shape: [SIZE] } },
          forward: (tf, { x }) => {
            const now = x!.dataSync();
            const different = [...values.keys()].filter((k) => now[k] !== values[k]);
            if (different.length === 1) seen.add(different[0]!);
            return tf.sin(x!);
          },
        },
        { mode: 'sampled', samples: 8, seed },
      );
      return [...seen].toSorted((a, b) => a - b);
    };
    const [first, again, other] = [await moved(1), await moved(1), await moved(2)];
    expect(first.length).toBe(8);
    expect(again).toEqual(first);
    // The largest element may be the same, but not all of them.
    expect(other.filter((k) => first.includes(k)).length).toBeLessThan(4);
  });
});

describe('kernels in pieces', () => {
  const image = (...shape: number[]) => ({
    shape,
    values: Float64Array.from({ length: sizeOf(shape) }, (_, k) => Math.sin(3 * k * k + k)),
  });

  it.each([1, 2])('3x3 windows of max pooling that reach beyond the image, stride %d', async (stride) => {
    const spec: GradcheckSpec = {
      inputs: { x: image(1, 5, 5, 2) },
      forward: (tf, { x }) => tf.maxPool(x as never, 3, stride, 'same'),
    };
    expect((await byNumbers(spec)).status).toBe('pass');
  });

  it('3x3x3 windows that do', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: image(2, 3, 5, 5, 1) },
      forward: (tf, { x }) => tf.maxPool3d(x as never, 3, 2, 'same'),
    };
    expect((await byNumbers(spec)).status).toBe('pass');
  });

  it('fewer kernels than before is another path', () => {
    const observer = new BranchObserver(tf);
    const relus = (count: number) => () => {
      tf.tidy(() => {
        for (let k = 0; k < count; k++) tf.relu(tf.tensor1d([1, -1]));
      });
    };
    const { tape } = observer.record(relus(2));
    const diverged = [1, 2, 3].map((count) => observer.replay(tape, false, relus(count)).flips.diverged);
    expect(diverged).toEqual([true, false, true]);
  });

  it.each([0, 6])('relu6 at %d: the piece whose slope TensorFlow.js takes', (corner) => {
    const { branch, value } = unaryKernels.Relu6!;
    const attr = () => 0;
    const piece = branch(corner, attr);
    const slope = (value(corner + 0.25, piece, attr) - value(corner - 0.25, piece, attr)) / 0.5;
    expect(slope).toBe(
      tf
        .grad((x) => tf.relu6(x))(tf.scalar(corner))
        .dataSync()[0],
    );
  });

  it('round: halves to even', () => {
    const halves = [-1.5, -0.5, 0.5, 1.5, 2.5];
    const branches = halves.map((x) => unaryKernels.Round!.branch(x, () => 0) + 0);
    expect(branches).toEqual([-2, 0, 0, 2, 2]);
  });
});

describe('noise', () => {
  it('of an infinite number in between is none: exp(x - Infinity) is 0', async () => {
    const mask = [0, ...new Array<number>(200).fill(Number.NEGATIVE_INFINITY)];
    const { status, message } = await byNumbers({
      inputs: { x: mask.map((_, k) => k / 200) },
      forward: (tf, { x }) => tf.exp(tf.add(x!, mask)),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(tf.exp(x!), tf.exp(mask))) }),
    });
    expect(status === 'pass' ? status : message).toBe('pass');
  });

  it('is the largest finite change, infinite where no run has a number', () => {
    const runs = [null, Float64Array.of(Number.NaN, 3), Float64Array.of(Number.POSITIVE_INFINITY, 1.5)];
    expect([...largestChanges(Float64Array.of(1, 2), runs)]).toEqual([Number.POSITIVE_INFINITY, 1]);
  });

  it('outputs carry a few roundings of their own, where no kernel rounds', async () => {
    const { inputs } = await byNumbers({ inputs: { x: [3] }, forward: (tf, { x }) => tf.reverse(x!) });
    // 2 * 16 roundings of 3 times |dy|, divided by the width of the shortest step
    const { tolerance: within, step } = inputs.x!.worst!;
    expect(within.rounding * step!).toBeGreaterThan(2 ** -53);
  });
});

it('single precision: with no side to compare, an input is not checked', () => {
  expect(inputResult(readInput('spec', 'x', [1, 2]), [], readOptions({})).status).toBe('not checked');
});
