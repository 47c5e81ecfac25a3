import { describe, expect, it, jest } from '@jest/globals';
import type { Estimate } from '../../../src/gradcheck/numeric/differences.ts';
import type { Differencer } from '../../../src/gradcheck/numeric/lines.ts';
import { checkNumbers, type SideGradients, type SideRunner } from '../../../src/gradcheck/numeric/numbers.ts';
import type { Input } from '../../../src/gradcheck/spec/readInput.ts';
import { readOptions } from '../../../src/gradcheck/spec/readSpec.ts';
import type { GradcheckOptions } from '../../../src/gradcheck/types.ts';
import { accumulatedRounding } from '../../../src/numerics/ieee.ts';

type Given = Partial<Estimate>;
interface Case {
  readonly yours?: readonly number[] | null;
  readonly autodiff?: readonly number[] | null;
  readonly suspects?: readonly number[];
  readonly noise?: readonly (readonly number[])[];
  /** The size of gradient that the units suggest along a direction. */
  readonly natural?: number;
  readonly runs?: readonly SideRunner[];
  readonly one?: Given;
  readonly along?: (slope: number, part: Float64Array) => Given;
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const values = (x: readonly number[]) => ({
  ...{ shape: [x.length], dtype: 'float32', values: Float64Array.from(x) },
});
const times = (one: readonly number[], other: Float64Array): number[] => one.map((x, k) => x * other[k]!);
const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);

/** Checks gradients where the differences are `truth` to the last bit, unless `one` or `along` say otherwise. */
async function check(truth: readonly number[], options: GradcheckOptions, given: Case = {}) {
  const { yours = null, autodiff = truth, suspects = [], noise = [], natural = 0, runs = [] } = given;
  const flips = { total: 0, kernels: {}, places: [], diverged: false };
  const estimate = (value: number, more: Given = {}): Estimate => ({
    ...{ value, step: 1, difference: 0, rounding: 0, bend: 0, flips, slope: 2, undecided: null },
    ...more,
  });
  const parts: { readonly part: Float64Array; readonly expected: object }[] = [];
  const differencer = {
    element: (_input: Input, flat: number) => estimate(truth[flat]!, given.one),
    along: (_input: Input, part: Float64Array, expected: object) => {
      parts.push({ part, expected });
      const slope = sum(times(truth, part));
      return estimate(slope, given.along?.(slope, part));
    },
    naturalAlong: () => natural,
    ...{ natural: () => 0, scale: () => 1, reach: () => Uint8Array.of(1), neighbours: () => null },
    tape: { calls: [], ties: 0 },
  } as unknown as Differencer;
  const input: Input = {
    ...{ name: 'x', shape: [truth.length], size: truth.length, dtype: 'float32' },
    ...{ values: new Float64Array(truth.length).fill(1), constant: false, variable: null },
  };
  const gradients: SideGradients = {
    yours: yours && new Map([['x', values(yours)]]),
    autodiff: autodiff && new Map([['x', values(autodiff)]]),
  };
  const { tallies } = await checkNumbers(
    [input],
    gradients,
    noise.map((side) => new Map([['x', Float64Array.from(side)]])),
    runs,
    { dual: () => null, proved: false, suspects: new Map([['x', suspects]]) },
    differencer,
    readOptions(options),
  );
  const [tally] = tallies as [(typeof tallies)[number]];
  const seen = [...tally.numeric.entries()].filter(([, x]) => !Number.isNaN(x)).map(([k]) => k);
  return { tally, seen, parts, ...tally.result() };
}
const twos = (size: number) => Array<number>(size).fill(2);
const changed = (size: number, ...at: number[]) =>
  range(size).map((k) => (at.includes(k) ? 2 + 0.01 * (at.indexOf(k) + 1) : 2));

describe('the elements that are checked', () => {
  it('are all of them in full mode', async () => {
    const { seen, tally } = await check(twos(7), { mode: 'full' });
    expect(seen).toEqual(range(7));
    expect(tally.gradients).toMatchObject({ largest: 2, allowed: { rtol: 1e-9, atol: 2e-14 } });
    expect((await check(twos(2), { rtol: 0.25, atol: 3 })).tally.gradients.allowed).toEqual({
      rtol: 0.25,
      atol: 3,
    });
  });

  it('are as many as there are samples, by the seed, with the largest and the suspects among them', async () => {
    const [first, again, other] = [
      await check(twos(100), { mode: 'sampled', samples: 10 }),
      await check(twos(100), { mode: 'sampled', samples: 10 }),
      await check(twos(100), { mode: 'sampled', samples: 10, seed: 2 }),
    ];
    expect([first.seen.length, other.seen.length]).toEqual([10, 10]);
    expect(again.seen).toEqual(first.seen);
    expect(other.seen).not.toEqual(first.seen);
    for (const place of [0, 57, 99]) {
      const autodiff = range(100).map((k) => (k === place ? -2.5 : 2));
      const { tally, checked } = await check(twos(100), { mode: 'sampled', samples: 2 }, { autodiff });
      expect([tally.wrong, checked]).toEqual([[place], 2]);
    }
    const { seen } = await check(twos(100), { mode: 'sampled', samples: 3 }, { suspects: [90, 17, 40, 41] });
    expect(seen).toEqual([0, 17, 40, 41, 90]);
    // Of equals the first counts as the largest, by hand before autodiff.
    const yours = range(100).map((k) => (k === 30 ? -3 : 2));
    expect((await check(twos(100), { mode: 'sampled', samples: 1 }, { yours })).seen).toEqual([30]);
  });

  it('are the eight where two sides differ most, in either mode', async () => {
    const yours = changed(100, 3, 10, 20, 30, 40, 50, 60, 70, 80, 90);
    const eight = [20, 30, 40, 50, 60, 70, 80, 90];
    const sampled = await check(twos(100), { mode: 'sampled', samples: 1 }, { yours });
    expect(sampled.tally.wrong).toEqual(eight);
    // Halving finds one of the wrong ones first.
    const { tally } = await check(twos(100), { mode: 'directional', directions: 1 }, { yours });
    expect(new Set([...tally.wrong, ...eight]).size).toBeLessThan(10);
    expect(tally.wrong).toEqual(expect.arrayContaining(eight));
    const same = await check(twos(100), { mode: 'directional', directions: 3 }, { yours: twos(100) });
    expect(same).toMatchObject({ status: 'pass', checked: 0, directions: 3 });
  });

  it('are no further ones where two sides differ by less than they may', async () => {
    const along = () => ({ undecided: 'noise' });
    const seenIn = async (truth: number[], by: number) => {
      const yours = [...truth.slice(0, -1), truth.at(-1)! + by];
      return (await check(truth, { mode: 'directional' }, { yours, along, suspects: [0] })).seen;
    };
    // 1e-9 of 2
    expect([await seenIn(twos(3), 1.99e-9), await seenIn(twos(3), 2.01e-9)]).toEqual([[0], [0, 2]]);
    // 1e-14 of the largest
    expect([await seenIn([4, 0, 0], 3.9e-14), await seenIn([4, 0, 0], 4.1e-14)]).toEqual([[0], [0, 2]]);
    expect(await seenIn([0, 0, 0], 0)).toEqual([0]);
    // Of two sides that is the largest of the smaller one.
    const [one, hundred] = [[4, 0, 4.1e-14], [400, 0, 0]] as const; // biome-ignore format: a table
    for (const [yours, autodiff] of [[one, hundred], [hundred, one]] as const) // biome-ignore format: a table
      expect((await check([4, 0, 0], { mode: 'directional' }, { yours, autodiff, along })).seen).toEqual([
        0, 2,
      ]);
  });

  it('have a tolerance of the smaller side, and no side that is 0 throughout sets it', async () => {
    const { tally } = await check(twos(2), {}, { yours: [2, 2e6] });
    expect(tally.gradients).toMatchObject({ largest: 2, allowed: { atol: 2e-14 } });
    expect((await check(twos(2), {}, { yours: [0, 0.5] })).tally.gradients.largest).toBe(0.5);
    expect((await check(twos(2), {}, { yours: [0, 0] })).tally.gradients.largest).toBe(2);
    expect((await check(twos(2), {}, { yours: [0, 0], autodiff: [0, 0] })).tally.gradients.largest).toBe(0);
    expect(tally.gradients.halfway()).toBeNull();
  });

  it('have the larger noise of two sides, and none where none is known', async () => {
    const { tally } = await check(twos(2), {}, { noise: [[0.25, 2], [1, 0.5]] }); // biome-ignore format: a table
    expect([...tally.gradients.noise]).toEqual([1, 2]);
    const one = await check(twos(2), {}, { noise: [[], [0.25, 2]] });
    expect([...one.tally.gradients.noise]).toEqual([0.25, 2]);
    expect([...(await check(twos(2), {})).tally.gradients.noise]).toEqual([0, 0]);
  });

  it('are held against the gradients with all inputs halved, of the sides that do not throw there', async () => {
    const moved: number[][] = [];
    const side =
      (...x: number[]): SideRunner =>
      (...all) => {
        moved.push(...all.map(({ values }) => [...values]));
        return new Map([['x', values(x)]]);
      };
    const throws: SideRunner = () => {
      throw new Error('not here');
    };
    const { tally } = await check(twos(2), {}, { runs: [side(1, -7), throws, () => new Map(), side(-3, 5)] });
    expect([...tally.gradients.halfway()!]).toEqual([3, 7]);
    expect([...tally.gradients.halfway()!]).toEqual([3, 7]);
    // Each side once, however often one asks
    expect(moved).toEqual([[0.5, 0.5], [0.5, 0.5]]); // biome-ignore format: a table
    expect((await check(twos(2), {}, { runs: [throws] })).tally.gradients.halfway()).toBeNull();
  });

  it('tell the progress after every tenth of a second, and at the end', async () => {
    let milliseconds = 0;
    const told: [number, number][] = [];
    const toldWith = async (each: number) => {
      told.length = 0;
      const now = jest.spyOn(performance, 'now').mockImplementation(() => (milliseconds += each));
      await check(twos(5), { onProgress: (done, total) => told.push([done, total]) });
      now.mockRestore();
      return [...told];
    };
    expect(await toldWith(0)).toEqual([[5, 5]]);
    // Asked after every element, and once more after each report
    expect(await toldWith(50)).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
  });
});

describe('a direction', () => {
  const one = { mode: 'directional', directions: 1 } as const;
  const free = { ...one, rtol: 0, atol: 0 };

  it('leads by halving to an element that is wrong, which is not checked twice', async () => {
    for (const place of [0, 1, 57, 99]) {
      const autodiff = changed(100, place);
      const found = await check(twos(100), { mode: 'directional', directions: 2 }, { autodiff });
      expect(found).toMatchObject({ status: 'fail', wrong: 1, checked: 1, directions: 2, undecided: 0 });
      expect(found.tally.wrong).toEqual([place]);
    }
    const both = await check(twos(4), { mode: 'directional', directions: 2 }, { yours: changed(4, 2) });
    expect(both).toMatchObject({ wrong: 1, checked: 1 });
  });

  it('passes over the elements that the halves leave out', async () => {
    const { parts } = await check(twos(8), one, { autodiff: changed(8, 5) });
    const covered = parts.map(({ part }) => range(8).filter((k) => part[k] !== 0));
    expect(covered).toEqual([range(8), [0, 1, 2, 3], [4, 5], [4]]);
  });

  it('decides nothing where it fails and no element does', async () => {
    const along = (slope: number) => ({ value: slope + 0.1 });
    const found = await check(twos(3), one, { along });
    expect(found).toMatchObject({ status: 'inconclusive', checked: 1, directions: 2, undecided: 1 });
  });

  it('decides nothing where its differences cannot', async () => {
    const along = () => ({ undecided: 'it throws', value: 1e9 });
    expect(await check(twos(3), one, { along })).toMatchObject({ status: 'inconclusive', checked: 0 });
  });

  it('expects a change of the size of the gradient along it, if that is not 0', async () => {
    const noise = [[0.5, 2]];
    const { parts } = await check([0.03, 0.04], one, { noise });
    const [{ part, expected }] = parts as [(typeof parts)[number]];
    expect(expected).toEqual({
      largest: expect.closeTo(Math.hypot(0.03 * part[0]!, 0.04 * part[1]!), 12),
      noise: expect.closeTo(Math.hypot(0.5 * part[0]!, 2 * part[1]!), 12),
      expectsChange: true,
    });
    const still = await check([0, 0], one);
    expect(still.parts[0]!.expected).toEqual({ largest: 0, noise: 0, expectsChange: false });
  });

  it('allows the errors of the differences and of the gradient', async () => {
    const at = async (share: number, sign = 1) => {
      const along = (slope: number, part: Float64Array) => ({
        ...{ difference: 0.1, rounding: 0.2 },
        value: slope + sign * share * (0.3 + 0.4 * Math.abs(part[0]!)),
      });
      return (await check([2 ** 20], free, { along, noise: [[0.4]] })).status;
    };
    expect([await at(0.999), await at(0.999, -1)]).toEqual(['pass', 'pass']);
    expect([await at(1.001), await at(1.001, -1)]).toEqual(['inconclusive', 'inconclusive']);
  });

  it('allows the rounding of the sum over its elements, and the tolerances of both sizes', async () => {
    const truth = [2 ** -30, -(2 ** -30), 2 ** -30, -(2 ** -30)];
    const off = async (options: GradcheckOptions, by: (part: Float64Array) => number) => {
      const along = (slope: number, part: Float64Array) => ({ value: slope + by(part) });
      return (await check(truth, { ...options, seed: 1 }, { along })).checked;
    };
    const summing = (share: number) => (part: Float64Array) =>
      share * accumulatedRounding(4, 'float64') * sum(times(truth, part).map(Math.abs));
    expect([await off(free, summing(0.9)), await off(free, summing(1.2))]).toEqual([0, 1]);
    const relative = (share: number) => (part: Float64Array) =>
      share * 1e-3 * Math.hypot(...times(truth, part));
    const loose = { ...free, rtol: 1e-3 };
    expect([await off(loose, relative(0.99)), await off(loose, relative(1.3))]).toEqual([0, 1]);
  });

  it('resolves a gradient to a hundredth, or else nothing', async () => {
    const along = (error: number) => (_slope: number, part: Float64Array) => {
      const half = (error * Math.abs(part[0]!)) / 2;
      return { difference: half, rounding: half };
    };
    const at = async (error: number, more: Case = {}) =>
      (await check([1], free, { natural: 1000, along: along(error), ...more })).status;
    expect([await at(0.0099), await at(0.0101)]).toEqual(['pass', 'inconclusive']);
    // Ten times its own rounding may hide the gradient.
    const hidden = [await at(0.02, { noise: [[0.101]] }), await at(0.02, { noise: [[0.099]] })];
    expect(hidden).toEqual(['pass', 'inconclusive']);
  });

  it('takes the gradient of a saturated function for a zero', async () => {
    const tiny = 2 ** -40;
    const at = async (halfway: number | null) => {
      const runs: SideRunner[] = halfway === null ? [] : [() => new Map([['x', values([halfway])]])];
      const along = () => ({ difference: tiny });
      return (await check([tiny], free, { natural: 1, along, runs })).status;
    };
    const found = [await at(10 * tiny), await at(9.99 * tiny), await at(null)];
    expect(found).toEqual(['pass', 'inconclusive', 'inconclusive']);
  });

  it('needs errors below a thousandth of the largest size', async () => {
    const at = async (error: number, natural: number) => {
      const along = (_slope: number, part: Float64Array) => ({ difference: error * Math.abs(part[0]!) });
      return (await check([1], free, { along, natural })).status;
    };
    expect([await at(0.99e-3, 0), await at(1.01e-3, 0), await at(1.01e-3, 10)]).toEqual([
      ...['pass', 'inconclusive', 'pass'],
    ]);
  });
});
