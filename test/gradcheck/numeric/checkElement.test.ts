import { describe, expect, it } from '@jest/globals';
import {
  type Estimate,
  type Expectation,
  NOT_CONVERGED,
} from '../../../src/gradcheck/numeric/differences.ts';
import { checkElement, InputTally, KinkTally } from '../../../src/gradcheck/numeric/elements.ts';
import type { Differencer } from '../../../src/gradcheck/numeric/lines.ts';
import type { Input } from '../../../src/gradcheck/spec/readInput.ts';
import type { KinkPolicy } from '../../../src/gradcheck/types.ts';

type Given = Partial<Estimate>;
interface Asked {
  readonly step: number | undefined;
  readonly reach: boolean;
  readonly mayGrow: boolean | undefined;
  readonly hold: boolean | undefined;
  readonly expectsChange: boolean;
}
type Expected = Pick<Expectation, 'reach' | 'expectsChange'>;
interface Case {
  readonly yours?: number | null;
  readonly autodiff?: number | null;
  readonly x?: number;
  /** How far rounding may move the gradient. */
  readonly noise?: number;
  readonly largest?: number;
  readonly natural?: number;
  readonly scale?: number;
  readonly halfway?: number | null;
  readonly proved?: boolean;
  readonly dual?: number | null;
  readonly policy?: KinkPolicy;
  readonly pieces?: [number, number];
  readonly meet?: boolean;
}

const FLIPS = { total: 1, kernels: { Relu: 1 }, places: ['0:0'], diverged: false };
const NO_FLIPS = { total: 0, kernels: {}, places: [], diverged: false };
const NO_ERRORS = { difference: 0, rounding: 0, bend: 0, flips: NO_FLIPS, slope: 2, undecided: null };

/** Checks one element where differences, which first take the step 1, are what `at` says of each step. */
function check(at: (asked: Asked, call: number) => Given, given: Case) {
  const { yours = null, autodiff = null, x = 1, noise = 0, largest = 0, natural = 0, scale = 1 } = given;
  const { halfway = null, proved = false, dual = null, policy = 'freeze', pieces, meet = false } = given;
  const asked: Asked[] = [];
  const differencer = {
    element: (_input: Input, _flat: number, expected: Expected, options: Given & Asked) => {
      const { step, mayGrow, hold } = options ?? {};
      const { reach, expectsChange } = expected;
      asked.push({ step, mayGrow, hold, expectsChange, reach: reach !== undefined });
      return { value: 1, step: step ?? 1, ...NO_ERRORS, ...at(asked.at(-1)!, asked.length) };
    },
    natural: () => natural,
    scale: () => scale,
    reach: () => Uint8Array.of(1),
    neighbours: () => (meet ? [] : null),
    pieces: () => pieces,
  } as unknown as Differencer;
  const input: Input = {
    ...{ name: 'x', shape: [1], size: 1, dtype: 'float32', values: Float64Array.of(x) },
    ...{ constant: false, variable: null },
  };
  const tally = new InputTally(input, {
    yours: yours === null ? null : Float64Array.of(yours),
    autodiff: autodiff === null ? null : Float64Array.of(autodiff),
    ...{ largest, noise: Float64Array.of(noise), allowed: { rtol: 1e-9, atol: 0 } },
    halfway: () => (halfway === null ? null : Float64Array.of(halfway)),
  });
  const help = { dual: () => dual, proved };
  const tallied = new KinkTally();
  const { element, atTie } = checkElement(differencer, help, tally, tallied, 0, policy);
  const kinks = tallied.counts(policy, { elements: 0, of: 0, conventionIsSubgradient: null });
  return { ...element, kinks, atTie, asked, steps: asked.map(({ step }) => step), tallied: tally.result() };
}

const SHORTER = 0.29;
/** Differences of one value at the first two calls, and of another at the shorter steps that confirm them. */
const between = (first: Given, rest: Given) => (_asked: Asked, call: number) => (call < 3 ? first : rest);

describe('differences that contradict a gradient', () => {
  it('are taken again with all outputs that are reached, and at two shorter steps', () => {
    const { asked, ...element } = check(() => ({}), { yours: 2 });
    expect(element).toMatchObject({ status: 'wrong', numeric: 1, oddOneOut: 'yours', atTie: false });
    expect(element.steps).toEqual([undefined, undefined, SHORTER, SHORTER ** 2]);
    expect(asked.map(({ reach }) => reach)).toEqual([false, true, true, true]);
    expect(element.tallied).toMatchObject({ status: 'fail', wrong: 1, checked: 1 });
  });

  it.each([
    [{ yours: 2, autodiff: 0 }, true],
    [{ autodiff: 2 }, true],
    [{ yours: 0 }, false],
  ])('of %j: a change is expected: %s', (sides, expectsChange) => {
    expect(check(() => ({}), sides).asked[0]).toMatchObject({ expectsChange });
  });

  it('give way to those of shorter steps, three of which have to agree', () => {
    const slower = between({ value: 5 }, {});
    expect(check(slower, { yours: 1 })).toMatchObject({ status: 'pass', numeric: 1, step: SHORTER });
    expect(check(slower, { yours: 1 }).steps).toHaveLength(5);
    // One that agrees before one that does not is not counted.
    expect(check((_asked, call) => ({ value: call < 4 ? 5 : 1 }), { yours: 1 }).steps).toHaveLength(6);
    expect(check(slower, { autodiff: 2 })).toMatchObject({ status: 'wrong', oddOneOut: 'tf autodiff' });
  });

  it('agree within the errors of both, and then their distance is an error too', () => {
    const errors = [
      { difference: 0.1, rounding: 0.2 },
      { difference: 0.3, rounding: 0.4 },
    ] as const;
    const at = (value: number) => check(between(errors[0], { value, ...errors[1] }), { yours: 7 });
    expect(at(1.99)).toMatchObject({ numeric: 1, tolerance: { difference: expect.closeTo(0.99, 12) } });
    expect(at(2.01)).toMatchObject({ numeric: 2.01, tolerance: { difference: 0.3, rounding: 0.4 } });
    // The distance counts where it is the larger of the two.
    expect(at(1.05)).toMatchObject({ numeric: 1, tolerance: { difference: 0.1 } });
  });

  it('are given sixteen more steps if they never agree', () => {
    const { steps, numeric } = check((_asked, call) => ({ value: call }), { yours: 100 });
    expect([steps.length, numeric, steps.at(-1)! / SHORTER ** 16]).toEqual([18, 18, expect.closeTo(1, 9)]);
  });

  it('stand as they are where the next ones are undecided', () => {
    const bad = { value: 7, undecided: 'noise' };
    const shorter = check(between({}, bad), { yours: 2 });
    expect([shorter.status, shorter.numeric, shorter.steps.length]).toEqual(['wrong', 1, 3]);
    const reached = check((_asked, call) => (call === 1 ? {} : bad), { yours: 2 });
    expect([reached.status, reached.numeric, reached.steps.length]).toEqual(['wrong', 1, 2]);
  });

  it('have the rounding of the gradient added to their own', () => {
    const { tolerance } = check(() => ({ rounding: 0.25 }), { yours: 7, noise: 0.5 });
    expect(tolerance.rounding).toBe(0.75);
    const shorter = check(between({ value: 9 }, { rounding: 0.25 }), { yours: 7, noise: 0.5 });
    expect(shorter.tolerance.rounding).toBe(0.75);
  });

  it('decide nothing yet where two pieces meet: all such elements are decided together', () => {
    expect(check(() => ({}), { yours: 2, meet: true })).toMatchObject({
      ...{ status: 'wrong', atTie: true, tallied: { checked: 0, wrong: 0 } },
    });
    expect(check(() => ({}), { yours: 1, meet: true }).atTie).toBe(false);
  });
});

describe('steps far longer than x is large', () => {
  const far = (near: number) => (asked: Asked) => (asked.mayGrow === false ? { value: near } : {});

  it('accuse nobody whom a step of the size of x acquits', () => {
    const acquitted = check(far(2), { yours: 2, x: 1 / 16 });
    expect(acquitted).toMatchObject({ status: 'undecided', oddOneOut: null });
    expect(acquitted.note).toContain('only steps far longer than x is large');
    expect(acquitted.steps.at(-1)).toBe(1 / 16);
    expect(check(far(3), { yours: 2, x: -1 / 16 })).toMatchObject({ status: 'wrong', note: null });
  });

  it.each([
    [1, 1, undefined],
    [4, 0.5, 0.5],
    [0, 0.5, 0.5],
    [0.3, 0.5, 0.25],
  ])('x of %d beside a scale of %d is looked at with the step %d', (x, scale, step) => {
    const { asked } = check(far(3), { yours: 2, x, scale });
    expect(asked.find(({ mayGrow }) => mayGrow === false)?.step).toBe(step);
  });

  it('have the rounding of the gradient added there too', () => {
    const near = (noise: number) => check(far(1.5), { yours: 2, x: 1 / 16, noise }).status;
    expect([near(0.51), near(0.49)]).toEqual(['undecided', 'wrong']);
  });
});

describe('a gradient more than eight times the differences', () => {
  /** The calls after those that confirm: one at the first step again, and one close up. */
  const close = (far: Given, near: Given) => (_asked: Asked, call: number) => (call < 6 ? far : near);

  it('is looked at once more, close up', () => {
    expect(check(() => ({}), { yours: 8 }).steps).toHaveLength(4);
    expect(check(() => ({}), { yours: -8.01 }).steps).toHaveLength(6);
    expect(check(() => ({}), { yours: Number.POSITIVE_INFINITY }).steps).toHaveLength(1);
    for (const side of [{ yours: 0.08 }, { autodiff: 0.08 }])
      expect(check(() => ({ value: 0.01 }), side).steps).toHaveLength(4);
    const beside = { yours: 8.01, autodiff: Number.POSITIVE_INFINITY };
    expect(check(() => ({}), beside).steps).toHaveLength(4);
  });

  it.each([
    // The step times the rounding, divided by a part of 10
    [1e-6, 1, 1e-2],
    [1e-3, 1, 1e-2],
    [0, 2 ** 41, 0.5],
    [0, -(2 ** 41), 0.5],
    [0, 0, 2 ** -1022],
    [0.09, 1, 0.9],
  ])('where the rounding is %d and x %d, at the step %d', (rounding, x, step) => {
    const { steps } = check(() => ({ rounding }), { yours: 10, x });
    expect(steps[4]).toBe(1);
    expect(steps[5]! / step).toBeCloseTo(1, 9);
  });

  it('is not where no shorter step would show it', () => {
    const { steps, status } = check(() => ({ rounding: 0.11 }), { yours: 10 });
    expect([steps.length, status]).toEqual([5, 'wrong']);
    // The shortest step is 2^-42 of x.
    expect(check(() => ({}), { yours: 10, x: 2 ** 42 }).steps).toHaveLength(5);
  });

  it('is wrong where the differences there agree within their errors, and else in doubt', () => {
    const far = { difference: 0.3, rounding: 0.4 };
    const at = (value: number) =>
      check(close(far, { value, difference: 0.1, rounding: 0.2 }), { yours: 100 });
    expect(at(1.99)).toMatchObject({ status: 'wrong', numeric: 1 });
    expect(at(2.01)).toMatchObject({ status: 'undecided', note: NOT_CONVERGED });
    expect(at(0.01)).toMatchObject({ status: 'wrong', numeric: 1 });
    expect(at(-0.01)).toMatchObject({ status: 'undecided', note: NOT_CONVERGED });
  });

  it('is held against the slope close up if that is steep: an eighth of it or more', () => {
    const at = (value: number, noise = 0) =>
      check(close({}, { value, rounding: 1e-4 }), { yours: 100, noise });
    expect(at(12.5)).toMatchObject({ status: 'wrong', numeric: 12.5 });
    expect(at(-12.4)).toMatchObject({ status: 'undecided', numeric: 1 });
    expect(at(100)).toMatchObject({ status: 'pass', numeric: 100 });
    expect(at(100, 1e-3).tolerance.rounding).toBeCloseTo(1.1e-3, 15);
  });

  it('is in doubt where the forward fails close up', () => {
    const at = (value: number) => check(close({}, { value, undecided: 'it throws' }), { yours: 100 });
    for (const value of [1, 100])
      expect(at(value)).toMatchObject({ status: 'undecided', numeric: 1, note: 'it throws' });
  });
});

describe('what the differences leave open', () => {
  /** An error that hides the gradient 1 beside one as large. */
  const coarse = () => ({ difference: 0.02 });

  it('is a gradient that is small beside the errors, on either side', () => {
    const of = (difference: number, side: object) => check(() => ({ value: 1e-3, difference }), side).status;
    for (const side of [{ yours: 1e-3 }, { autodiff: 1e-3 }])
      expect([of(0.99e-6, side), of(1.01e-6, side)]).toEqual(['pass', 'undecided']);
  });

  it('passes if the gradient is proved', () => {
    expect(check(coarse, { yours: 1 }).status).toBe('undecided');
    const proved = check(coarse, { yours: 1, proved: true });
    expect([proved.status, proved.note]).toEqual(['pass', 'proved; below what differences resolve']);
    const failed = check(() => ({ undecided: 'it throws' }), { yours: 1, proved: true, dual: 1 });
    expect([failed.status, failed.note]).toEqual(['undecided', 'it throws']);
  });

  it('passes if dual numbers confirm it, within its own rounding; they never make it wrong', () => {
    const by = (dual: number, noise = 0) => check(coarse, { yours: 1, dual, noise });
    expect(by(1 + 0.9e-9)).toMatchObject({ status: 'pass', tolerance: { difference: 0, rounding: 0 } });
    expect(by(1 + 1.1e-9)).toMatchObject({ status: 'undecided', numeric: 1 });
    expect(by(1 + 1e-6, 1.1e-6)).toMatchObject({ status: 'pass', tolerance: { rounding: 1.1e-6 } });
  });

  it('passes as a zero if the gradient is ten times as large halfway to 0', () => {
    const tiny = 2 ** -40;
    const by = (halfway: number | null) =>
      check(() => ({ value: tiny, difference: tiny }), { yours: tiny, natural: 1, halfway }).status;
    expect([by(10 * tiny), by(9.99 * tiny), by(null)]).toEqual(['pass', 'undecided', 'undecided']);
  });
});

describe('a branch that flips beside x', () => {
  const flips = () => ({ flips: FLIPS, value: 0.5 });

  it.each<[KinkPolicy, Given, string]>([
    ['skip', { flips: FLIPS }, 'skipped'],
    ['error', { flips: FLIPS }, 'skipped'],
    ['skip', { flips: { ...NO_FLIPS, diverged: true } }, 'skipped'],
    ['skip', {}, 'wrong'],
    ['freeze', { flips: FLIPS }, 'wrong'],
  ])('under the policy %s', (policy, given, status) => {
    const found = check(() => given, { yours: 2, policy });
    expect(found).toMatchObject({ status, oddOneOut: status === 'wrong' ? 'yours' : null });
    const flips = given.flips?.total ?? 0;
    expect(found.kinks).toMatchObject({ flips, skipped: status === 'skipped' ? 1 : 0 });
  });

  it('allows what lies between the slopes of the pieces', () => {
    const at = (yours: number) => check(flips, { yours, policy: 'subgradient', pieces: [0, 3] });
    expect(at(2.9)).toMatchObject({ status: 'pass', numeric: 1.5, subgradient: [0, 3] });
    expect(at(3.1)).toMatchObject({ status: 'wrong', atTie: false, tallied: { wrong: 1 } });
    const undecided = () => ({ ...flips(), undecided: 'a kink' });
    expect(check(undecided, { yours: 2.9, policy: 'subgradient', pieces: [0, 3] }).status).toBe('pass');
  });

  it('is held where pieces meet at x; what is wrong then is decided with the others', () => {
    const held = (_asked: Asked, call: number): Given => (call === 1 ? flips() : { rounding: 0.25 });
    const at = (yours: number) => check(held, { yours, noise: 0.5, policy: 'subgradient', meet: true });
    expect(at(7).asked.map(({ hold }) => hold)).toEqual([undefined, true]);
    expect(at(7)).toMatchObject({ status: 'wrong', numeric: 1, atTie: true, tolerance: { rounding: 0.75 } });
    expect(at(1).atTie).toBe(false);
  });
});
