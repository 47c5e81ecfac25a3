import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { Differencer, typicalMagnitude } from '../../../src/gradcheck/numeric/lines.ts';
import { scaleOf } from '../../../src/gradcheck/numeric/precision.ts';
import { readSpec } from '../../../src/gradcheck/spec/readSpec.ts';
import { Subject } from '../../../src/gradcheck/spec/subject.ts';
import type { KinkPolicy, Tensor, TF } from '../../../src/gradcheck/types.ts';

type F = (tf: TF, x: Tensor) => Tensor;
const expected = { largest: 1, noise: 0, expectsChange: true };

/** Differences of f at x, contracted with dy (by default ones). */
function at(x: number[], f: F, { policy = 'freeze' as KinkPolicy, dy = [] as number[], noise = 0 } = {}) {
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
    noise: new Float64Array(output.length).fill(noise),
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
    const small = at([0.3], (tf, x) => tf.mul(x, 10));
    expect(small.differencer.naturalAlong(small.input)).toBeCloseTo(3 / 0.25, 12);
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

  it('evaluate each point of the last element once, and its line anew after another one', () => {
    const { differencer, input } = at([3, 0.5], (tf, x) => tf.square(x));
    const evaluated = (flat: number, step: number, hold?: boolean) => {
      const before = differencer.evaluations;
      const { value } = differencer.element(input, flat, expected, {
        step,
        ...(hold !== undefined && { hold }),
      });
      expect(value).toBeCloseTo(flat === 0 ? 6 : 1, 8);
      return differencer.evaluations - before;
    };
    // The steps 1/4, 1/8 and 1/16, then 1/8, 1/16 and 1/32, of which only the last is new.
    expect([evaluated(0, 0.25), evaluated(0, 0.25), evaluated(0, 0.125)]).toEqual([6, 0, 2]);
    expect([evaluated(0, 0.25, false), evaluated(1, 0.25), evaluated(0, 0.25)]).toEqual([6, 6, 6]);
  });

  it('grow their steps for rounding where branches are held, if they may', () => {
    const { differencer, input } = at([1], (tf, x) => tf.mul(x, 2), { noise: 1e-8 });
    const step = (options: object) => differencer.element(input, 0, expected, options).step;
    expect([step({}) > 2 ** -9, step({ mayGrow: false }), step({ hold: false })]).toEqual([
      ...[true, 2 ** -9, 2 ** -9],
    ]);
    expect(step({ hold: false, mayGrow: true })).toBeGreaterThan(2 ** -9);
    const free = at([1], (tf, x) => tf.mul(x, 2), { noise: 1e-8, policy: 'skip' });
    expect(free.differencer.element(free.input, 0, expected).step).toBe(2 ** -17);
  });

  it('are undecided where forward throws beside the point', () => {
    const { differencer, input } = at([1], (tf, x) => {
      if (x.dataSync()[0]! > 1) throw new RangeError('beyond 1');
      return tf.square(x);
    });
    expect(differencer.element(input, 0, expected)).toMatchObject({
      undecided: expect.stringMatching(/throws within x ± h: .*beyond 1/),
      flips: { total: 0, diverged: false },
    });
    expect(differencer.pieces(input, 0, 0.5)).toEqual([Number.NaN, Number.NaN]);
  });

  it('take a scale of its own for an element far smaller than the others', () => {
    const { differencer, input } = at([1e-20, 1e3], (tf, x) => tf.log(x), { dy: [1, 0] });
    const { value, step } = differencer.element(input, 0, { ...expected, largest: 1e20 });
    expect(value / 1e20).toBeCloseTo(1, 6);
    expect(step).toBeLessThan(1e-20);
    const nowhere = at([1e-20, 1e3], (tf, x) => tf.log(tf.neg(tf.abs(x))), { dy: [1, 0] });
    // The shortest step at the scale of 512
    expect(nowhere.differencer.element(nowhere.input, 0, expected).step).toBe(2 ** -33);
  });

  it('know the pieces to both sides', () => {
    const { differencer, input } = at([0, 1], (tf, x) => tf.abs(x));
    expect(differencer.pieces(input, 0, 0.5)).toEqual([expect.closeTo(-1, 12), expect.closeTo(1, 12)]);
    // Two looks to either side, and six evaluations on each
    expect(differencer.evaluations).toBe(16);
    // A piece that is flat needs no more.
    const flat = at([0, 1], (tf, x) => tf.relu(x));
    expect(flat.differencer.pieces(flat.input, 0, 0.5)).toEqual([0, expect.closeTo(1, 12)]);
    expect(flat.differencer.evaluations).toBe(16);
    // A kink that no kernel tells of, however small
    const hidden = at([0], (tf, x) => tf.mul(1e-7, tf.sqrt(tf.square(x))));
    expect(hidden.differencer.slopeOn(hidden.differencer.tape, hidden.input, 0)).toBeNaN();
    const counted = at([0, 1], (tf, x) => tf.abs(x));
    expect(counted.differencer.neighbours(counted.input, 0)?.map(({ calls }) => calls.length)).toEqual([
      1, 1,
    ]);
    expect(counted.differencer.evaluations).toBe(3);
    expect(counted.differencer.neighbours(counted.input, 1)).toBeNull();
  });

  it('know the piece aside of a point, to either side', () => {
    const { differencer, input } = at([0], (tf, x) => tf.relu(x));
    const branches = [0.25, 0.75].map(
      (share) => differencer.aside([input], () => share)!.calls[0]!.branches[0],
    );
    // The sign of what goes into the ReLU.
    expect(branches).toEqual([-1, 1]);
  });

  it.each<[string, F]>([
    ['fewer kernels', (tf, x) => tf.abs(x)],
    ['another kernel', (tf, x) => tf.relu(tf.relu(x))],
    ['more elements', (tf, x) => tf.relu(tf.abs(tf.concat([x, x])))],
  ])('know no pieces where %s run beside the point', (_name, beside) => {
    const { differencer, input } = at([0], (tf, x) =>
      x.dataSync()[0] === 0 ? tf.relu(tf.abs(x)) : tf.slice(beside(tf, x), 0, 1),
    );
    expect(differencer.neighbours(input, 0)).toBeNull();
    expect(differencer.pieces(input, 0, 0.5)).toEqual([Number.NaN, Number.NaN]);
  });

  it('look for the pieces of ties farther away, unless something else changes before', () => {
    // 1 - tanh^2 is 2.5e-5: the two stay equal up to steps of 1.5e-12.
    const steep = (tf: TF, x: Tensor) => tf.max(tf.atanh(tf.tanh(tf.mul(x, 3))));
    const tied = at([1.999, 1.999], steep);
    expect(tied.differencer.neighbours(tied.input, 0)).not.toBeNull();
    // 2e-9, and 0: the steps are 2^-45, 2^-37, 2^-29, and at last 2^-21, which parts them in the first case.
    for (const [x, isParted] of [
      [3.6, true],
      [7, false],
    ] as const) {
      const flat = at([x, x], (tf, x) => tf.max(tf.tanh(tf.mul(x, 3))));
      expect(flat.differencer.neighbours(flat.input, 0) !== null).toBe(isParted);
    }
    for (const side of [1, -1]) {
      const beside = (tf: TF, x: Tensor) =>
        tf.add(steep(tf, x), tf.sum(tf.relu(tf.mul(side, tf.sub(x, 1.999 - side * 1e-12)))));
      const both = at([1.999, 1.999], beside);
      expect(both.differencer.neighbours(both.input, 0)).toBeNull();
    }
  });

  it('find the outputs that depend on an element, near and far, to either side', () => {
    const bumps = [0, 4, 8, 16, 32, 64, 5, 63, 128].map((power) => 2 ** power);
    const all = [...bumps, ...bumps.map((centre) => -centre)];
    // exp(-1000 (x - c)^2) is 0 but next to c.
    const { differencer, input } = at([0], (tf, x) => tf.exp(tf.mul(-1000, tf.square(tf.sub(x, all)))));
    const reached = [1, 1, 1, 1, 1, 1, 0, 0, 0];
    expect([...differencer.reach(input, 0)]).toEqual([...reached, ...reached]);
    // A branch that is closed at the point stays closed far from it.
    const closed = at([-1, 1], (tf, x) => tf.relu(x));
    expect([...closed.differencer.reach(closed.input, 0)]).toEqual([0, 0]);
    expect(closed.differencer.evaluations).toBe(12);
    // It looks no farther once every output is found.
    const total = at([1, 2], (tf, x) => tf.sum(x));
    expect([...total.differencer.reach(total.input, 0)]).toEqual([1]);
    expect(total.differencer.evaluations).toBe(1);
  });
});
