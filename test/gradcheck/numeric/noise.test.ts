import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import { disturbedRuns, gradientNoise, outputNoise } from '../../../src/gradcheck/numeric/noise.ts';
import { readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { Subject, type Values } from '../../../src/gradcheck/spec/subject.ts';
import type {
  GradcheckOptions,
  GradcheckSpec,
  Tensor,
  TensorLike,
  TF,
} from '../../../src/gradcheck/types.ts';
import { accumulatedRounding } from '../../../src/numerics/ieee.ts';

/** A function of x with `factor` times its autodiff gradient. */
const times = (factor: number, x: TensorLike, f: (tf: TF, x: Tensor) => Tensor): GradcheckSpec => ({
  inputs: { x },
  forward: (tf, inputs) => f(tf, inputs.x!),
  backward: (tf, inputs, dy) => ({ x: tf.mul(factor, tf.grad((at: Tensor) => f(tf, at))(inputs.x!, dy)) }),
});

/** Functions in which rounding moves an operand out of its kernel's domain. */
const AT_THE_EDGE: Record<string, [TensorLike, (tf: TF, x: Tensor) => Tensor]> = {
  'a power of a negative base': [[-0.75, 0.5], (tf, x) => tf.mean(tf.pow(tf.sub(x, [0.1, 0.9]), 2))],
  'an int32 exponent': [[-0.75, 0.5], (tf, x) => tf.pow(x, tf.scalar(3, 'int32'))],
  'an exponent that is computed': [[-1.5, 2.5], (tf, x) => tf.pow(x, tf.add(tf.scalar(1.5), tf.scalar(0.5)))],
  'x^1 at 0': [[0, 0.5], (tf, x) => tf.pow(x, 1)],
  'the first exponent of a polynomial at 0': [[0, 0.5], (tf, x) => tf.pow(tf.reshape(x, [2, 1]), [1, 2, 3])],
  'the angle of a vector with itself': [
    [[0.6, 0.8], [0.8, -0.6]],
    (tf, x) => tf.acos(tf.mul(0.9999, tf.sum(tf.mul(x, [[0.6, 0.8], [0.6, 0.8]]), 1))),
  ],
  'a root of what rounding leaves': [
    [1.5, 2],
    (tf, x) => tf.add(x, tf.mul(0, tf.sqrt(tf.sub(tf.square(tf.scalar(1.1)), tf.scalar(1.21))))),
  ],
  'log-sum-exp far out': [[1e30, 0.5e30], (tf, x) => tf.logSumExp(tf.mul(x, 1))],
}; // biome-ignore format: a table

const OPTIONS: GradcheckOptions[] = [{}, { mode: 'sampled' }, { kinks: 'subgradient' }];

describe.each(Object.keys(AT_THE_EDGE))('rounding at the edge of a domain: %s', (name) => {
  const [x, f] = AT_THE_EDGE[name]!;

  it('passes what is right', async () => {
    const { status, message } = await gradcheck(times(1, x, f));
    expect(status === 'pass' ? status : message).toBe('pass');
  });

  it.each(OPTIONS)('passes nothing else, with %j', async (options) => {
    for (const factor of [77, -1, 1.001])
      expect(await gradcheck(times(factor, x, f), options)).toMatchObject({
        status: 'fail',
        oddOneOut: 'yours',
      });
  });
});

describe('where rounding hides the function', () => {
  it.each<[string, TensorLike, (tf: TF, x: Tensor) => Tensor]>([
    ['log1p(-sigmoid)', [36.7, 36.9], (tf, x) => tf.log1p(tf.neg(tf.sigmoid(x)))],
    ['atanh(tanh)', [18, 18.5], (tf, x) => tf.atanh(tf.tanh(x))],
    ['sqrt(1 - cos^2)', [1e-9, 2e-9], (tf, x) => tf.sqrt(tf.add(tf.sub(1, tf.square(tf.cos(x))), 1e-18))],
  ])('%s: a wrong gradient never passes', async (_name, x, f) => {
    for (const factor of [77, -1]) expect((await gradcheck(times(factor, x, f))).status).not.toBe('pass');
  });
});

describe('saturation', () => {
  it.each([20, 25, 28, 30, 33, 36, 40, 80, 200])(
    'softmax of logits %d apart, by hand and by autodiff',
    async (apart) => {
      const spec: GradcheckSpec = {
        inputs: { z: [[0, apart, -apart]] },
        forward: (tf, { z }) => tf.softmax(z!),
      };
      const byHand: GradcheckSpec['backward'] = (tf, { z }, dy) => {
        const s = tf.softmax(z!);
        return { z: tf.mul(s, tf.sub(dy, tf.sum(tf.mul(dy, s), -1, true))) };
      };
      for (const each of [spec, { ...spec, backward: byHand }]) {
        const { status, message } = await gradcheck(each);
        expect(status === 'pass' ? status : message).toBe('pass');
      }
      const wrong = await gradcheck({
        ...spec,
        backward: (tf, inputs, dy) => ({ z: tf.mul(dy, tf.softmax(inputs.z!)) }),
      });
      expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    },
  );

  it('a mask of the largest negative number', async () => {
    const spec: GradcheckSpec = {
      inputs: { q: [[0.5, -1], [2, 0.25]], k: [[1, 0.5], [-0.5, 0.75]] },
      forward: (tf, { q, k }) =>
        tf.softmax(tf.add(tf.matMul(q as never, k as never, false, true), [[0, -3.4e38], [0, 0]])),
    }; // biome-ignore format: a table
    const { status, message } = await gradcheck(spec);
    expect(status === 'pass' ? status : message).toBe('pass');
  });
});

describe('a change that drowns in a large number', () => {
  const scaled = (factor: number, tf: TF, x: Tensor) =>
    tf.customGrad((v) => ({ value: tf.clone(v as Tensor), gradFunc: (dy: Tensor) => tf.mul(dy, factor) }))(x);
  const beside = (factor: number): GradcheckSpec => ({
    inputs: { x: [1e-12], y: [1e8] },
    forward: (tf, { x, y }) => tf.add(scaled(factor, tf, x!), y!),
  });

  it('is seen at a longer step', async () => {
    expect(await gradcheck(beside(1))).toMatchObject({ status: 'pass' });
    for (const factor of [77, 2, -1, 1.001])
      expect(await gradcheck(beside(factor))).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
  });

  it('counts beside an output that shows it', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: [1e-12] },
      forward: (tf, { x }) => tf.concat([tf.add(x!, 1e8), x!]),
    };
    const { status, message } = await gradcheck(spec);
    expect(status === 'pass' ? status : message).toBe('pass');
  });

  it('is never taken for a zero where nothing is saturated', async () => {
    const f = (tf: TF, x: Tensor) => tf.add(tf.sin(x), 1e14);
    for (const factor of [77, -1]) expect((await gradcheck(times(factor, [0.3], f))).status).not.toBe('pass');
    const single: GradcheckSpec = {
      inputs: { x: [0.3] },
      forward: (tf, { x }) => tf.add(scaled(77, tf, tf.sin(x!)), 1e14),
    };
    expect((await gradcheck(single)).status).not.toBe('pass');
  });
});

describe('rounding inside a kernel', () => {
  const right = async (spec: GradcheckSpec) => {
    const { status, message } = await gradcheck(spec);
    expect(status === 'pass' ? status : message).toBe('pass');
  };

  it('elu and selu close to 0 from below', async () => {
    const x = [-1e-9, -3e-7, -1e-12, -0.5];
    await right({ inputs: { x }, forward: (tf, inputs) => tf.elu(inputs.x!) });
    await right({ inputs: { x }, forward: (tf, inputs) => tf.selu(inputs.x!) });
  });

  it('sin far out', async () => {
    const spec: GradcheckSpec = { inputs: { x: [1e9, 2e9 + 1] }, forward: (tf, { x }) => tf.sin(x!) };
    await right(spec);
    expect(await gradcheck({ ...spec, backward: (tf, { x }) => ({ x: tf.zerosLike(x!) }) })).toMatchObject({
      status: 'fail',
    });
  });

  it('terms that cancel inside a product of matrices', async () => {
    await right({
      inputs: { a: [[1e8, -1e8, 1]], b: [[1], [1 + 1e-9], [0.5]] },
      forward: (tf, { a, b }) => tf.square(tf.matMul(a as never, b as never)),
    });
  });
});

it('a forward that throws beside the point is inconclusive, and says what it threw', async () => {
  const result = await gradcheck({
    inputs: { x: [1, 0.5] },
    forward: (tf, { x }) => {
      if (Math.max(...x!.dataSync()) > 1) throw new Error('x must be at most 1');
      return tf.square(x!);
    },
  });
  expect(result.status).toBe('inconclusive');
  expect(result.message).toContain('the forward throws within x ± h: x must be at most 1');
});

it('an output of 0 at the point is rounded on either side of it', async () => {
  // (x tanh(softplus x) - x)^2 is (0.4 x)^2 near 0, so its gradient at 0 is 0.
  const spec: GradcheckSpec = {
    inputs: { x: [[0]] },
    forward: (tf, { x }) => tf.mean(tf.pow(tf.sub(tf.mul(x!, tf.tanh(tf.softplus(x as Tensor))), x!), 2)),
  };
  const { status, message } = await gradcheck(spec, { exact: 'off', kinks: 'subgradient', seed: 552 });
  expect(status === 'pass' ? status : message).toBe('pass');
});

describe('the rounding of a function', () => {
  const SIXTEEN = accumulatedRounding(16, 'float64');
  const subjectOf = (x: number[], f: (x: Tensor) => Tensor) =>
    new Subject(float64, readSpec({ inputs: { x }, forward: (_: TF, inputs: { x: Tensor }) => f(inputs.x) }));
  const noiseOf = (x: number[], f: (x: Tensor) => Tensor) => {
    const subject = subjectOf(x, f);
    const { result, tape } = subject.observer.record(() => subject.forward());
    return outputNoise(subject, tape, result, 1);
  };

  it('is tried four times, by up to sixteen roundings to either side', () => {
    const x = Array.from({ length: 200 }, (_, k) => 1 + k / 7);
    const subject = subjectOf(x, (t) => float64.mul(t, 3));
    const { runs, narrow } = disturbedRuns(subject, () => subject.forward(), 'float64', 1);
    expect([runs.length, narrow]).toEqual([4, 0]);
    const shares = runs.flatMap((run) => x.map((each, k) => (run![k]! / (3 * each) - 1) / SIXTEEN));
    expect([Math.min(...shares) > -1.1, Math.max(...shares) < 1.1]).toEqual([true, true]);
    expect([Math.min(...shares) < -0.8, Math.max(...shares) > 0.8]).toEqual([true, true]);
    const [first, again, other] = [1, 1, 2].map(
      (seed) => disturbedRuns(subject, () => subject.forward(), 'float64', seed).runs[0],
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('has no numbers from a run that throws', () => {
    let runs = -1;
    const subject = subjectOf([1], (x) => {
      if (++runs === 2) throw new Error('not this time');
      return float64.square(x);
    });
    expect(subject.layout.shape).toEqual([1]);
    const disturbed = disturbedRuns(subject, () => subject.forward(), 'float64', 1);
    expect(disturbed.runs.map((run) => run === null)).toEqual([true, false, false, false]);
  });

  it('is at least that of the output itself', () => {
    const { noise } = noiseOf([3, -5, 0], (x) => float64.reverse(x));
    expect([...noise]).toEqual([0, 5 * SIXTEEN, 3 * SIXTEEN]);
    // 1e6 is rounded before it is taken away again.
    const [cancelled] = noiseOf([3], (x) => float64.sub(float64.add(x, 1e6), 1e6)).noise;
    expect([cancelled! > 1e5 * SIXTEEN, cancelled! < 1.1e6 * SIXTEEN]).toEqual([true, true]);
  });

  it('is that on the branches of the point: what rounding turns is no rounding', () => {
    // 3 is a whole number, and a little less is rounded down to 2.
    const [floored] = noiseOf([1], (x) => float64.floor(float64.mul(x, 3))).noise;
    expect(floored! < 1e-10).toBe(true);
    const subject = subjectOf([1], (x) => float64.relu(float64.sub(float64.mul(x, 3), 3 - 2 ** -51)));
    const dy: Values = { shape: [1], dtype: 'float32', values: Float64Array.of(1) };
    expect(subject.layout.shape).toEqual([1]);
    const { noise } = gradientNoise(subject, (...moved) => subject.autodiff(dy, ...moved), 1);
    expect(noise.get('x')![0]! < 1e-10).toBe(true);
  });

  it('of a gradient is its largest change, by input', () => {
    const subject = subjectOf([3], (x) => float64.square(x));
    const gradient = (dx: number): Map<string, Values> =>
      new Map([['x', { shape: [1], dtype: 'float32', values: Float64Array.of(dx) }]]);
    let run = 0;
    // One run for the branches, one for the kernels, and four that are disturbed
    const values = [7, 7, 7.5, 6, 7, 7];
    const { noise, narrow } = gradientNoise(subject, () => gradient(values[run++]!), 1);
    expect([noise.get('x'), narrow, run]).toEqual([Float64Array.of(1), 0, 6]);
  });

  it.each<[string, (moved: boolean) => number[], number]>([
    ['numbers of 24 bits', (moved) => [Math.fround(moved ? 0.1 : 0.3), 1], 1],
    ['the same, wherever x is', () => [Math.fround(0.1), Math.fround(0.3)], 0],
    ['numbers of double precision', (moved) => [moved ? 0.1 : 0.3, Math.fround(0.1)], 0],
    ['numbers of 13 bits', (moved) => [1 + (moved ? 1 : 3) * 2 ** -12, 0], 0],
    ['negative ones of 14 bits', (moved) => [-1 - (moved ? 1 : 3) * 2 ** -13, 0], 1],
    ['large ones of 14 bits', (moved) => [1024 + (moved ? 1 : 3) * 2 ** -3, 0], 1],
    ['numbers of 24 bits only here', (moved) => (moved ? [1, 2] : [Math.fround(0.1), 2]), 0],
    ['numbers of 24 bits only elsewhere', (moved) => (moved ? [Math.fround(0.1), 2] : [1, 2]), 0],
    ['more of them elsewhere', (moved) => Array(moved ? 3 : 2).fill(Math.fround(moved ? 0.1 : 0.3)), 0],
  ])('of arrays made in JavaScript, %s', (_name, made, narrow) => {
    const found = noiseOf([2], (x) => {
      const array = made(x.dataSync()[0] !== 2);
      return float64.mul(float64.sum(float64.tensor(array)), x);
    });
    expect(found.narrow).toBe(narrow);
  });

  it('of arrays counts each that depends on the input, if forward runs elsewhere', () => {
    const upload = (x: number) => float64.tensor([Math.fround(x / 10)]);
    const two = noiseOf([1, 1], (x) => {
      const [a, b] = x.dataSync();
      return float64.mul(float64.add(upload(a!), upload(b!)), upload(0.7));
    });
    expect(two.narrow).toBe(2);
    const here = noiseOf([2], (x) => {
      const [at] = x.dataSync();
      if (at !== 2) throw new Error('only here');
      return float64.mul(x, upload(at!));
    });
    expect(here.narrow).toBe(0);
  });
});
