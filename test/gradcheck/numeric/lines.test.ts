import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { Differencer, typicalMagnitude } from '../../../src/gradcheck/numeric/lines.ts';
import { checkNumbers, type SideGradients } from '../../../src/gradcheck/numeric/numbers.ts';
import { scaleOf } from '../../../src/gradcheck/numeric/precision.ts';
import { readOptions, readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { Subject } from '../../../src/gradcheck/spec/subject.ts';
import type { GradcheckOptions, KinkPolicy, Tensor, TF } from '../../../src/gradcheck/types.ts';

type F = (tf: TF, x: Tensor) => Tensor;
const expected = { largest: 1, noise: 0, expectsChange: true };

/** Differences of f at x, contracted with dy (by default ones). */
function at(x: number[], f: F, { policy = 'freeze' as KinkPolicy, dy = [] as number[] } = {}) {
  const checked = readSpec({
    inputs: { x },
    forward: (tf: TF, inputs: Record<string, Tensor>) => f(tf, inputs.x!),
  });
  const subject = new Subject(tf, checked);
  // Known from a run of its own.
  expect(subject.layout).toBeDefined();
  const { result: output, tape } = subject.observer.record(() => subject.forward());
  const base = {
    output,
    dy: Float64Array.from(output, (_, i) => dy[i] ?? 1),
    noise: new Float64Array(output.length),
  };
  return { differencer: new Differencer(subject, base, tape, policy), input: checked.inputs[0]! };
}

describe('the scale of an element', () => {
  it('is the power of two at or below its magnitude, or the root mean square of all', () => {
    expect([scaleOf(3, 1), scaleOf(-4, 1), scaleOf(0.1, 1), scaleOf(0.1, 0), scaleOf(0, 0.75)]).toEqual([
      ...[2, 4, 1, 0.0625, 0.5],
    ]);
    const typical = (...x: number[]) => typicalMagnitude(at(x, (_tf, x) => x).input);
    expect([typical(3, 4), typical(0, 0), typical(-2), typical(1e200, 1e200)]).toEqual([
      ...[expect.closeTo(Math.sqrt(12.5), 12), 1, 2, 1e200],
    ]);
  });

  it('gives the first step: 2^-9 of it with branches held, else 2^-17', () => {
    // The root mean square of 3 and 0.1 is 2.12.
    const held = at([3, 0.1], (tf, x) => tf.square(x));
    expect([0, 1].map((flat) => held.differencer.scale(held.input, flat))).toEqual([2, 2]);
    expect([0, 1].map((flat) => held.differencer.step(held.input, flat))).toEqual([2 ** -8, 2 ** -8]);
    expect(held.differencer.holds).toBe(true);
    const free = at([8, 0.1], (tf, x) => tf.square(x), { policy: 'skip' });
    expect(free.differencer.step(free.input, 0)).toBe(2 ** -14);
    expect(free.differencer.step(free.input, 1)).toBe(2 ** -15);
    expect(free.differencer.holds).toBe(false);
  });

  it('says what size of gradient the units suggest', () => {
    const { differencer, input } = at([8, 0.1], (tf, x) => tf.mul(x, [1, 20]), { dy: [-3, 5] });
    // |8 (-3)| + |2 * 5| = 34; the scales are 8 and 4 (the root mean square is 5.66).
    expect([0, 1].map((flat) => differencer.natural(input, flat))).toEqual([34 / 8, 34 / 4]);
    expect(differencer.naturalAlong(input)).toBe(34 / 4);
  });
});

describe('differences of a subject', () => {
  it('have the slope of one element, or along a direction, and count the evaluations', () => {
    const { differencer, input } = at([3, 0.5], (tf, x) => tf.square(x), { dy: [2, 10] });
    const one = differencer.element(input, 0, expected);
    expect([one.value, one.step]).toEqual([expect.closeTo(12, 9), 2 ** -8]);
    // Two sides of three steps
    expect(differencer.evaluations).toBe(6);
    const along = differencer.along(input, Float64Array.of(1, 3), expected);
    expect([along.value, along.step]).toEqual([expect.closeTo(12 + 30, 8), 2 ** -11]);
    const given = differencer.element(input, 1, expected, { step: 0.25 });
    expect([given.value, given.step]).toEqual([expect.closeTo(10, 9), 0.25]);
  });

  it('are undecided where forward throws beside the point', () => {
    const { differencer, input } = at([1], (tf, x) => {
      if (x.dataSync()[0]! > 1) throw new RangeError('beyond 1');
      return tf.square(x);
    });
    expect(differencer.element(input, 0, expected).undecided).toMatch(/throws within x ± h: .*beyond 1/);
    expect(differencer.pieces(input, 0, 0.5)).toEqual([Number.NaN, Number.NaN]);
  });

  it('take a scale of its own for an element far smaller than the others', () => {
    const { differencer, input } = at([1e-9, 1e3], (tf, x) => tf.log(x), { dy: [1, 0] });
    const { value, step } = differencer.element(input, 0, { ...expected, largest: 1e9 });
    expect(value / 1e9).toBeCloseTo(1, 6);
    expect(step).toBeLessThan(1e-9);
  });

  it('know the pieces to both sides', () => {
    const { differencer, input } = at([0, 1], (tf, x) => tf.abs(x));
    expect(differencer.pieces(input, 0, 0.5)).toEqual([expect.closeTo(-1, 12), expect.closeTo(1, 12)]);
    // Two looks to either side, and six evaluations on each
    expect(differencer.evaluations).toBe(16);
    const counted = at([0, 1], (tf, x) => tf.abs(x));
    expect(counted.differencer.neighbours(counted.input, 0)?.map(({ calls }) => calls.length)).toEqual([
      1, 1,
    ]);
    expect(counted.differencer.evaluations).toBe(3);
    expect(counted.differencer.neighbours(counted.input, 1)).toBeNull();
  });

  it('find the outputs that depend on an element, near and far, to either side', () => {
    const bumps = [0, 4, 8, 16, 32, 64, 5, 63, 128].map((power) => 2 ** power);
    const all = [...bumps, ...bumps.map((centre) => -centre)];
    // exp(-1000 (x - c)^2) is 0 but next to c.
    const { differencer, input } = at([0], (tf, x) => tf.exp(tf.mul(-1000, tf.square(tf.sub(x, all)))));
    const reached = [1, 1, 1, 1, 1, 1, 0, 0, 0];
    expect([...differencer.reach(input, 0)]).toEqual([...reached, ...reached]);
  });
});

describe('the elements that are checked', () => {
  const values = (x: number[]) => ({ shape: [x.length], dtype: 'float32', values: Float64Array.from(x) });
  const range = (count: number) => Array.from({ length: count }, (_, k) => k);
  /** Checks gradients of the sum of x^2 at 1 (all of them 2). */
  async function check(
    size: number,
    options: GradcheckOptions,
    {
      yours = null as number[] | null,
      autodiff = Array<number>(size).fill(2) as number[] | null,
      suspects = [] as number[],
    } = {},
  ) {
    const { differencer, input } = at(Array(size).fill(1), (tf, x) => tf.square(x));
    const gradients: SideGradients = {
      yours: yours && new Map([['x', values(yours)]]),
      autodiff: autodiff && new Map([['x', values(autodiff)]]),
    };
    const { tallies } = await checkNumbers(
      [input],
      gradients,
      [],
      [],
      { dual: () => null, proved: false, suspects: new Map([['x', suspects]]) },
      differencer,
      readOptions(options),
    );
    const [tally] = tallies as [(typeof tallies)[number]];
    const seen = [...tally.numeric.entries()].filter(([, x]) => !Number.isNaN(x)).map(([k]) => k);
    return { tally, seen };
  }
  const changed = (size: number, ...at: number[]) =>
    range(size).map((k) => (at.includes(k) ? 2 + 0.01 * (at.indexOf(k) + 1) : 2));

  it('are all of them in full mode', async () => {
    const { seen, tally } = await check(7, { mode: 'full' });
    expect(seen).toEqual(range(7));
    expect(tally.gradients).toMatchObject({ largest: 2, allowed: { rtol: 1e-9, atol: 2e-14 } });
    expect((await check(2, { rtol: 0.25, atol: 3 })).tally.gradients.allowed).toEqual({
      rtol: 0.25,
      atol: 3,
    });
  });

  it('are as many as there are samples, by the seed, with the largest and the suspects among them', async () => {
    const [first, again, other] = [
      await check(100, { mode: 'sampled', samples: 10 }),
      await check(100, { mode: 'sampled', samples: 10 }),
      await check(100, { mode: 'sampled', samples: 10, seed: 2 }),
    ];
    expect([first.seen.length, other.seen.length]).toEqual([10, 10]);
    expect(again.seen).toEqual(first.seen);
    expect(other.seen).not.toEqual(first.seen);
    for (const place of [0, 57, 99]) {
      const autodiff = range(100).map((k) => (k === place ? -2.5 : 2));
      const { tally } = await check(100, { mode: 'sampled', samples: 2 }, { autodiff });
      expect([tally.wrong, tally.result().checked]).toEqual([[place], 2]);
    }
    const { seen } = await check(100, { mode: 'sampled', samples: 3 }, { suspects: [17, 40, 41, 42, 90] });
    expect(seen).toEqual(expect.arrayContaining([17, 40, 41, 42, 90]));
    expect(seen.length).toBeLessThan(7);
  });

  it('are the eight where two sides differ most, in either mode', async () => {
    const yours = changed(100, 3, 10, 20, 30, 40, 50, 60, 70, 80, 90);
    const eight = [20, 30, 40, 50, 60, 70, 80, 90];
    const sampled = await check(100, { mode: 'sampled', samples: 1 }, { yours });
    expect(sampled.tally.wrong.toSorted((a, b) => a - b)).toEqual(eight);
    // Halving finds one of the wrong ones first.
    const { tally } = await check(100, { mode: 'directional', directions: 1 }, { yours });
    expect(new Set([...tally.wrong, ...eight]).size).toBeLessThan(10);
    expect(tally.wrong).toEqual(expect.arrayContaining(eight));
    const same = await check(100, { mode: 'directional', directions: 3 }, { yours: changed(100) });
    expect(same.tally.result()).toMatchObject({ status: 'pass', checked: 0, directions: 3 });
  });

  it('are found along a direction by halving', async () => {
    for (const place of [0, 1, 57, 99]) {
      const { tally } = await check(
        100,
        { mode: 'directional', directions: 2 },
        { autodiff: changed(100, place) },
      );
      expect(tally.result()).toMatchObject({ status: 'fail', wrong: 1, directions: 2, undecided: 0 });
      expect(tally.wrong).toEqual([place]);
    }
  });

  it('have a tolerance of the smaller side, and no side that is 0 throughout sets it', async () => {
    const { tally } = await check(2, {}, { yours: [2, 2e6] });
    expect(tally.gradients).toMatchObject({ largest: 2, allowed: { atol: 2e-14 } });
    expect((await check(2, {}, { yours: [0, 0] })).tally.gradients.largest).toBe(2);
    expect((await check(2, {}, { yours: [0, 0], autodiff: [0, 0] })).tally.gradients.largest).toBe(0);
    expect(tally.gradients.halfway()).toBeNull();
  });

  it('tell the progress at the end', async () => {
    const told: [number, number][] = [];
    await check(5, { onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([5, 5]);
  });
});
