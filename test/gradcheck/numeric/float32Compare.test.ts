import { describe, expect, it } from '@jest/globals';
import {
  type Comparison,
  inputResult,
  naturalSizes,
  type SideComparison,
  worstOf,
} from '../../../src/gradcheck/numeric/float32Compare.ts';
import type { Input } from '../../../src/gradcheck/spec/readInput.ts';
import type { Settings } from '../../../src/gradcheck/spec/readSpec.ts';

const part = 2 ** -16;
const settings = { rtol: null, atol: null } as unknown as Settings;
const compared = (found: number[], truth: number[], of: Partial<Comparison> = {}): Comparison => ({
  ...{ found: Float64Array.from(found), truth: Float64Array.from(truth), rounding: 0, largest: 1, ...of },
});
const side = (name: SideComparison['side'], comparison: Comparison, natural = 1): SideComparison => ({
  ...{ side: name, comparisons: new Map([['x', comparison]]), natural: new Map([['x', natural]]) },
});
const resultOf = (sides: SideComparison[], size: number, set = settings) =>
  inputResult({ name: 'x', shape: [size], size } as unknown as Input, sides, set);

describe('an element in single precision', () => {
  const only = (found: number, truth: number, of: Partial<Comparison> = {}, natural = 1, set = settings) =>
    resultOf([side('yours', compared([found], [truth], of), natural)], 1, set).worst!;

  it('is allowed 2^-16 of itself and of the largest, and its rounding', () => {
    const of = { largest: 8, rounding: part };
    // 4 + 8 + 1 parts.
    expect(only(4 + 13 * part, 4, of)).toMatchObject({
      status: 'pass',
      distance: 13 * part,
      oddOneOut: null,
    });
    expect(only(4 + 14 * part, 4, of)).toMatchObject({ status: 'wrong', oddOneOut: 'yours', note: null });
    expect(only(4, 4, of).tolerance).toEqual({
      ...{
        rtol: part,
        difference: 0,
        rounding: part,
        relative: 4 * part,
        absolute: 8 * part,
        total: 13 * part,
      },
    });
  });

  it('is allowed what the settings say', () => {
    const set = { rtol: 0.25, atol: 0.125 } as unknown as Settings;
    expect(only(1.375, 1, { largest: 4 }, 1, set).status).toBe('pass');
    expect(only(1.376, 1, { largest: 4 }, 1, set).status).toBe('wrong');
  });

  it.each([
    [0.1, 1, 1, 'pass'],
    [0.101, 1, 1, 'undecided'],
    [0.2, 2, 1, 'pass'],
    [0.2, 1, 2, 'pass'],
    [0.201, 1, 2, 'undecided'],
  ])(
    'is hidden by rounding above a tenth of its size: %d, largest %d, by its units %d',
    (rounding, largest, natural, status) => {
      const element = only(1, 1, { rounding, largest }, natural);
      const note = status === 'pass' ? null : 'rounding in single precision hides what the gradient is here';
      expect(element).toMatchObject({ status, note });
    },
  );

  it('is so many units in the last place off, of float32', () => {
    expect(only(1 + 2 ** -23, 1).ulps).toBe(1);
    expect(only(1, 1 + 2 ** -30).ulps).toBe(0);
    expect(only(1, 1)).toMatchObject({
      index: [0],
      yours: 1,
      autodiff: null,
      numeric: 1,
      step: null,
      slope: null,
      flips: 0,
      atTie: false,
    });
  });
});

describe('an input in single precision', () => {
  it('has both sides of each element, and who is off', () => {
    const yours = side('yours', compared([1, 2, 3, 4], [1, 2, 3, 3], { largest: 4 }));
    const autodiff = side('tf autodiff', compared([1, 2, 5, 3], [1, 2, 3, 3], { largest: 4 }));
    const result = resultOf([yours, autodiff], 4);
    expect(result).toMatchObject({
      ...{
        shape: [4],
        size: 4,
        status: 'fail',
        checked: 4,
        wrong: 2,
        undecided: 0,
        maxDistance: 2,
        skipped: 0,
      },
      worst: { index: [2], yours: 3, autodiff: 5, numeric: 3, oddOneOut: 'tf autodiff' },
      failures: [{ index: [2] }, { index: [3], yours: 4, autodiff: 3, oddOneOut: 'yours' }],
    });
    // In units of the larger one: those of 5 are 2^-21.
    expect(result.maxUlps).toBe(2 * 2 ** 21);
    const equal = [yours, side('tf autodiff', compared([1, 2, 3, 4], [1, 2, 3, 3], { largest: 4 }))];
    expect(resultOf(equal, 4).worst).toMatchObject({ index: [3], oddOneOut: 'yours' });
  });

  it('has ten failures at most, and counts all', () => {
    const found = Array.from({ length: 12 }, (_, i) => 2 + i);
    const result = resultOf([side('yours', compared(found, new Array(12).fill(1)))], 12);
    expect([result.wrong, result.failures.length, result.failures[0]!.yours]).toEqual([12, 10, 13]);
  });

  it('passes where every element does, and is inconclusive where one is open', () => {
    const pass = side('yours', compared([1, 1], [1, 1]));
    expect(resultOf([pass], 2)).toMatchObject({
      ...{ status: 'pass', undecided: 0, maxUlps: 0, maxDistance: 0, failures: [], worst: { index: [0] } },
    });
    const open = side('yours', compared([1, Number.NaN], [1, 1]));
    expect(resultOf([open], 2)).toMatchObject({
      status: 'inconclusive',
      undecided: 1,
      worst: { index: [1] },
    });
  });

  it('was not checked without a side', () => {
    expect(resultOf([], 3)).toMatchObject({
      status: 'not checked',
      checked: 0,
      worst: null,
      maxUlps: null,
      maxDistance: 0,
    });
  });
});

it('the size of gradient that units suggest is the contracted output over the magnitude of an input', () => {
  const values = (...x: number[]) => ({ shape: [x.length], dtype: 'float32', values: Float64Array.from(x) });
  const inputs = [
    { name: 'a', ...values(3, -4, 5, 0) },
    { name: 'b', ...values(-2) },
  ] as never;
  // |0.125 * 2| + |-4 * 0.5| = 2.25, over the root of the mean of 9, 16, 25 and 0, and over 2
  const sizes = naturalSizes(inputs, values(0.125, -4), values(2, 0.5));
  expect([...sizes]).toEqual([
    ['a', expect.closeTo(2.25 / Math.sqrt(12.5), 12)],
    ['b', 1.125],
  ]);
});

it('the worst element of an output is the one furthest over what is allowed', () => {
  const worst = worstOf(compared([1, 2.5, 3], [1, 2, 3], { largest: 3 }), [3], settings);
  expect(worst).toMatchObject({ index: [1], status: 'wrong', yours: 2.5, numeric: 2 });
  expect(worstOf(compared([1, 1], [1, 1]), [2], settings)).toMatchObject({ index: [0], status: 'pass' });
});
