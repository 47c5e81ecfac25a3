import { describe, expect, it } from '@jest/globals';
import {
  type Allowed,
  compareElement,
  type Scale,
  type Sides,
  severity,
  tolerance,
} from '../../../src/gradcheck/numeric/compare.ts';
import type { Estimate } from '../../../src/gradcheck/numeric/differences.ts';

// Every threshold just inside and just outside. Binary fractions, so that sums are exact.

const part = 2 ** -12;
const estimated = (of: Partial<Estimate>): Estimate => ({
  ...{ value: 1, step: 0.5, difference: 0, rounding: 0, bend: 0, slope: 2, undecided: null },
  flips: { total: 3, kernels: {}, places: [], diverged: false },
  ...of,
});

interface Case {
  sides?: Partial<Sides>;
  estimate?: Partial<Estimate>;
  allowed?: Partial<Allowed>;
  scale?: Partial<Scale>;
  subgradient?: readonly [number, number];
}
const compared = ({ sides, estimate = {}, allowed, scale, subgradient }: Case) =>
  compareElement(
    [4, 2],
    { yours: 1, autodiff: null, ...sides },
    estimated(estimate),
    { rtol: 0, atol: 0, ...allowed },
    subgradient ?? null,
    { largest: 1, noise: 0, natural: 1, saturated: () => false, ...scale },
  );

it('the tolerance is the sum of both errors, a part of the magnitude, and what is absolute', () => {
  const within = tolerance({ difference: 0.25, rounding: 0.5 }, -8, { rtol: 0.125, atol: 2 });
  expect(within).toEqual({
    ...{ rtol: 0.125, difference: 0.25, rounding: 0.5, relative: 1, absolute: 2, total: 3.75 },
  });
});

describe('an element', () => {
  // 1 + 1 + 4 + 1 parts are allowed.
  const about4: Case = {
    estimate: { value: 4, difference: part, rounding: part },
    allowed: { rtol: part, atol: part },
  };

  it('passes within the tolerance, and is wrong beyond it', () => {
    const at = (yours: number) => compared({ ...about4, sides: { yours } });
    expect(at(4 + 7 * part)).toMatchObject({
      status: 'pass',
      distance: 7 * part,
      oddOneOut: null,
      note: null,
    });
    expect(at(4 - 8 * part)).toMatchObject({
      status: 'wrong',
      distance: 8 * part,
      oddOneOut: 'yours',
      note: null,
    });
  });

  it('has what was measured', () => {
    expect(compared({ sides: { autodiff: 1 } })).toEqual({
      ...{ index: [4, 2], status: 'pass', yours: 1, autodiff: 1, numeric: 1, step: 0.5, distance: 0 },
      ...{ oddOneOut: null, flips: 3, atTie: false, subgradient: null, ulps: null, slope: 2, note: null },
      tolerance: { rtol: 0, difference: 0, rounding: 0, relative: 0, absolute: 0, total: 0 },
    });
  });

  it.each<[string, Partial<Sides>, string | null, number]>([
    ['yours, where there is no autodiff', { yours: 5 }, 'yours', 1],
    ['autodiff, where there is no yours', { yours: null, autodiff: 5 }, 'tf autodiff', 1],
    ['yours, where autodiff is right', { yours: 5, autodiff: 4 }, 'yours', 1],
    ['autodiff, where yours is right', { yours: 4, autodiff: 3.5 }, 'tf autodiff', 0.5],
    // Once what is absolute, and twice what is relative: 1 + 2 x 4 parts.
    ['numeric, where both are the same', { yours: 5, autodiff: 5 + 9 * part }, 'numeric', 1 + 9 * part],
    ['none, where all three differ', { yours: 5, autodiff: 5 + 10 * part }, null, 1 + 10 * part],
  ])('names the odd one out: %s', (_name, sides, oddOneOut, distance) => {
    expect(compared({ ...about4, sides })).toMatchObject({ status: 'wrong', oddOneOut, distance });
  });

  it('passes where both gradients are 0, however coarse the differences', () => {
    const estimate = { value: 0, difference: part };
    expect(compared({ sides: { yours: 0, autodiff: 0 }, estimate })).toMatchObject({
      status: 'pass',
      note: null,
    });
  });

  it('is undecided where there is no side, and where one cannot be told', () => {
    expect(compared({ sides: { yours: null } }).status).toBe('undecided');
    const infinite = compared({ sides: { autodiff: Number.POSITIVE_INFINITY } });
    expect([infinite.status, infinite.distance]).toEqual(['undecided', Number.NaN]);
    const both = compared({ sides: { yours: 2, autodiff: Number.NaN } });
    expect(both).toMatchObject({ status: 'wrong', oddOneOut: 'yours' });
  });

  it('is undecided where the differences are, whatever the sides say', () => {
    const estimate = { undecided: 'no convergence' };
    for (const yours of [1, 2])
      expect(compared({ sides: { yours }, estimate })).toMatchObject({
        ...{ status: 'undecided', note: 'no convergence', oddOneOut: null },
      });
  });

  it('takes any value between two pieces, however coarse the differences', () => {
    const between = (yours: number) =>
      compared({ sides: { yours }, subgradient: [0, 1], estimate: { difference: 2 ** -10 } });
    expect(between(0.5)).toMatchObject({ status: 'pass', distance: 0, subgradient: [0, 1] });
    expect(between(1 + 2 ** -10).status).toBe('pass');
    expect(between(1 + 2 ** -9)).toMatchObject({ status: 'wrong', distance: 2 ** -9 });
  });
});

describe('an agreement that means nothing', () => {
  const NOISE = 'the forward or its gradient is noise here';
  const WIDE = 'the tolerance is as large as the gradients: it would let anything pass';
  const APART = 'yours and tf autodiff differ by less than the differences can resolve';
  const SMALL = 'the gradient is smaller than what the differences can resolve';
  const middle = 1 + 2 ** -21;
  const near = { yours: 1, autodiff: 1 + 2 ** -20 };

  it.each<[string, string | null, Case]>([
    // A thousandth of what a gradient is by its units.
    ['an error at a thousandth of its own size', null, { estimate: { difference: 1e-3 } }],
    ['an error above that', NOISE, { estimate: { difference: 1.001e-3 } }],
    ['rounding above that', NOISE, { estimate: { rounding: 1.001e-3 } }],
    [
      'an error at a thousandth of its units',
      SMALL,
      { estimate: { difference: 1 / 64 }, scale: { natural: 16 } },
    ],
    // A tolerance of half of the largest of the three sizes.
    ['half of its own size', null, { sides: { yours: 1.25 }, allowed: { atol: 0.625 } }],
    ['more than half of its own size', WIDE, { sides: { yours: 1.25 }, allowed: { atol: 0.6251 } }],
    ['half of its units', null, { sides: { yours: 1.25 }, allowed: { atol: 1 }, scale: { natural: 2 } }],
    ['half of the largest', null, { sides: { yours: 1.25 }, allowed: { atol: 1 }, scale: { largest: 2 } }],
    [
      'more than half of the largest',
      WIDE,
      { sides: { yours: 1.25 }, allowed: { atol: 1.01 }, scale: { largest: 2 } },
    ],
    [
      'half of its own size, in noise',
      NOISE,
      { sides: { yours: 1.25 }, allowed: { atol: 0.625 }, estimate: { difference: 0.25 } },
    ],
    // Two sides apart, by what the differences cannot tell.
    [
      'apart by the error',
      APART,
      { sides: near, estimate: { value: middle, difference: 2 ** -21, rounding: 2 ** -21 } },
    ],
    [
      'apart by more than it',
      null,
      { sides: near, estimate: { value: middle, difference: 2 ** -20 - 2 ** -40 } },
    ],
    [
      'apart by their rounding',
      null,
      { sides: near, estimate: { difference: 2 ** -18 }, scale: { noise: 2 ** -20 } },
    ],
    [
      'apart by twice that',
      APART,
      { sides: near, estimate: { difference: 2 ** -18 }, scale: { noise: 2 ** -21 } },
    ],
    [
      'apart by what is absolute',
      null,
      { sides: near, estimate: { difference: 2 ** -18 }, allowed: { atol: 2 ** -20 } },
    ],
    [
      'apart by 0.7e-8',
      null,
      { sides: { yours: 1, autodiff: 1 + 2 ** -27 }, estimate: { difference: 2 ** -20 } },
    ],
    [
      'apart by 1.5e-8',
      APART,
      { sides: { yours: 1, autodiff: 1 + 2 ** -26 }, estimate: { difference: 2 ** -20 } },
    ],
    // One side, and an error of a hundredth.
    ['an error of a hundredth', null, { estimate: { difference: 0.01 }, scale: { natural: 100 } }],
    ['above a hundredth', SMALL, { estimate: { difference: 0.0101 }, scale: { natural: 100 } }],
    [
      'that in two parts',
      SMALL,
      { estimate: { difference: 0.006, rounding: 0.006 }, scale: { natural: 100 } },
    ],
    [
      'above, beside one 999 times as large',
      SMALL,
      { estimate: { difference: 0.02 }, scale: { natural: 100, largest: 999 } },
    ],
    [
      'above, beside one 1001 times as large',
      null,
      { estimate: { difference: 0.02 }, scale: { natural: 100, largest: 1001 } },
    ],
    [
      'a gradient of ten roundings',
      null,
      { estimate: { difference: 0.02 }, scale: { natural: 100, noise: 0.1 } },
    ],
    [
      'a gradient above ten roundings',
      SMALL,
      { estimate: { difference: 0.02 }, scale: { natural: 100, noise: 0.099 } },
    ],
    [
      'a gradient of what is absolute',
      null,
      { estimate: { difference: 0.02 }, allowed: { atol: 1 }, scale: { natural: 100 } },
    ],
    [
      'above, beside one 1000 times as large',
      null,
      { estimate: { difference: 0.02 }, scale: { natural: 100, largest: 1000 } },
    ],
    ['an error as large as itself', SMALL, { estimate: { difference: 1 }, scale: { natural: 1e4 } }],
    [
      'a small gradient of yours',
      SMALL,
      {
        sides: { yours: 1 / 64 },
        estimate: { value: 1 / 64, difference: 2 ** -11 },
        scale: { largest: 1 / 64 },
      },
    ],
    [
      'a small gradient of autodiff',
      SMALL,
      {
        sides: { yours: null, autodiff: 1 / 64 },
        estimate: { value: 1 / 64, difference: 2 ** -11 },
        scale: { largest: 1 / 64 },
      },
    ],
    [
      'apart by 0.7e-8 of 4',
      null,
      { sides: { yours: 4, autodiff: 4 + 2 ** -25 }, estimate: { value: 4, difference: 2 ** -20 } },
    ],
    [
      'one of two pieces',
      null,
      { subgradient: [1, 1], estimate: { difference: 0.02 }, scale: { natural: 100 } },
    ],
    // The rest of the slope of a saturated function: below 1e-10 of its units.
    ['saturated', null, { estimate: { difference: 0.02 }, scale: { natural: 1e10, saturated: () => true } }],
    ['flat, and not saturated', SMALL, { estimate: { difference: 0.02 }, scale: { natural: 1e10 } }],
    [
      'saturated, and not flat',
      SMALL,
      { estimate: { difference: 0.02 }, scale: { natural: 0.99e10, saturated: () => true } },
    ],
  ])('%s: %s', (_name, note, given) => {
    expect(compared(given)).toMatchObject({ status: note === null ? 'pass' : 'undecided', note });
  });
});

it('a gradient that differs is wrong, however coarse the differences', () => {
  const coarse = { value: 2, difference: 0.02 };
  expect(compared({ estimate: coarse, scale: { natural: 100 } })).toMatchObject({
    status: 'wrong',
    note: null,
  });
});

it.each([
  [0, 0, 0],
  [1, 4, 0.25],
  [3, 2, 1.5],
  [1, 0, Number.POSITIVE_INFINITY],
  [Number.NaN, 1, Number.POSITIVE_INFINITY],
])('the severity of a distance %d where %d is allowed is %d', (distance, total, expected) => {
  const element = compared({});
  expect(severity({ ...element, distance, tolerance: { ...element.tolerance, total } })).toBe(expected);
});
