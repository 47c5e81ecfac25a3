import { describe, expect, it } from '@jest/globals';
import { type Evidence, explains, wrongElements } from '../../../src/gradcheck/diagnose/evidence.ts';
import { constantFactor, knownFactor } from '../../../src/gradcheck/diagnose/factor.ts';
import { onlyPart, rearranged, transposed } from '../../../src/gradcheck/diagnose/layout.ts';
import { misshapenExplanation } from '../../../src/gradcheck/diagnose/misshapen.ts';
import { readInput } from '../../../src/gradcheck/spec/readInput.ts';
import type { Values } from '../../../src/gradcheck/spec/subject.ts';

/** Evidence of an input named w. */
function evidence(
  shape: readonly number[],
  truth: readonly number[],
  wrong: readonly number[],
  failing: readonly number[] = [],
): Evidence {
  const input = readInput('spec', 'w', { values: Float64Array.from(truth, () => 1), shape: [...shape] });
  return {
    input,
    truth: Float64Array.from(truth),
    wrong: Float64Array.from(wrong),
    failing: new Set(failing),
  };
}
const flat = (truth: readonly number[], wrong: readonly number[], failing?: readonly number[]) =>
  evidence([truth.length], truth, wrong, failing);

describe('an explanation', () => {
  // A hundredth of the error, 1e-9 of the value, and 1e-13 of the largest value.
  it.each<[string, number, number, boolean, Evidence]>([
    ['the error', 0, 2 + 0.0099, true, flat([1], [2])],
    ['the error', 0, 2 - 0.0099, true, flat([1], [2])],
    ['the error', 0, 2 + 0.0101, false, flat([1], [2])],
    ['the error', 0, 2 - 0.0101, false, flat([1], [2])],
    ['the value', 0, -1 - 0.9e-9, true, flat([-1], [-1])],
    ['the value', 0, -1 - 1.1e-9, false, flat([-1], [-1])],
    ['the largest', 0, 0.9e-7, true, flat([0, -1e6], [0, -1e6])],
    ['the largest', 0, 1.1e-7, false, flat([0, -1e6], [0, -1e6])],
    ['no part of the largest, where it is wrong', 0, 0.9e-7, false, flat([0, -1e6], [0, -1e6], [0])],
    ['anything, where the truth is unknown', 0, 5, true, flat([Number.NaN, 1], [0, 1])],
    ['anything but a number', 0, Number.NaN, false, flat([1], [2])],
    ['the value in its place', 1, 1, false, flat([1, 1], [2, 2])],
  ])('may differ by %s: at %d, %d: %s', (_, at, candidate, does, given) => {
    const { wrong } = given;
    expect(explains(wrong.with(at, candidate), given)).toBe(does);
  });

  it('has as many elements', () => {
    expect(explains([1], flat([1, 1], [1, 1]))).toBe(false);
    expect(explains([1, 1, 1], flat([1, 1], [1, 1]))).toBe(false);
  });

  it.each<[Evidence, number[]]>([
    [flat([1, -1], [1 + 0.9e-9, -1 - 0.9e-9]), []],
    [flat([1, -1], [1 + 1.1e-9, -1 - 1.1e-9]), [0, 1]],
    [flat([-1e6, 0, Number.NaN], [-1e6, 0.9e-7, 5]), []],
    [flat([-1e6, 0, Number.NaN], [-1e6, 1.1e-7, 5]), [1]],
    [flat([1, 2, 3], [1, 2, 3], [2]), [2]],
  ])('is about the elements that are wrong: case %#', (given, expected) => {
    expect(wrongElements(given)).toEqual(expected);
  });
});

describe('a factor', () => {
  it.each<[readonly number[], readonly number[], number | null]>([
    [[1, 2], [2, 4], 2],
    [[1, -2], [1.37, -2.74], 1.37],
    [[1, Number.NaN, 2], [3, 99, 6], 3],
    [[1, 2], [2, 5], null],
    [[0, 0], [1, 2], null],
    [[1, 1], [0, 0], 0],
    // Within 1e-7 of a whole number, or of one over it.
    [[1], [2 + 1.9e-7], 2],
    [[1], [2 + 2.1e-7], 2 + 2.1e-7],
    [[1], [-3 - 2.9e-7], -3],
    [[1], [-3 + 3.1e-7], -3 + 3.1e-7],
    [[1], [0.9e-7], 0],
    [[1], [-0.9e-7], -0],
    [[1], [1e-7], 1e-7],
    [[1], [0.25 - 0.24e-7], 0.25],
    [[1], [0.25 - 0.26e-7], 0.25 - 0.26e-7],
    [[1], [-0.3333333333], -1 / 3],
    [[1], [2.5], 2.5],
    [[1], [0.4], 0.4],
  ])('from %j to %j is %d', (truth, wrong, factor) => {
    expect(constantFactor(flat(truth, wrong))).toBe(factor);
  });

  it.each<[number, readonly number[], string | null]>([
    [0, [4], 'it is zero everywhere, as if never computed'],
    [-1, [4], 'the sign is wrong'],
    [1, [1, 4], null],
    [4, [3, 4], '1/4 is missing (a mean over 4?)'],
    [-4, [4], '1/4 is missing (a mean over 4?)'],
    [1 / 4, [4], '1/4 too often (a mean over 4?)'],
    [-1 / 4, [4], '1/4 too often (a mean over 4?)'],
    [3, [4], null],
    [2, [2], 'a factor 2 too much'],
    [-2, [], 'a factor 2 too much'],
    [0.5, [2], 'a factor 2 is missing'],
    [-0.5, [], 'a factor 2 is missing'],
    [2.5, [2, 5], null],
  ])('of %d among sizes %j means: %s', (factor, sizes, meaning) => {
    expect(knownFactor(factor, sizes)).toBe(meaning);
  });
});

describe('an arrangement', () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

  it('exchanges two axes', () => {
    expect([...transposed(Float64Array.from(upTo(6)), [2, 3], 0, 1)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...transposed(Float64Array.from(upTo(6)), [1, 2, 3], 1, 2)]).toEqual([1, 4, 2, 5, 3, 6]);
    // The elements (i, j, k) of [2, 2, 2] in the order (j, i, k).
    expect([...transposed(Float64Array.from(upTo(8)), [2, 2, 2], 0, 1)]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
  });

  it.each<[readonly number[], readonly number[], string | null]>([
    [[2, 3], [1, 4, 2, 5, 3, 6], 'transposed (axes 0 and 1 exchanged)'],
    [[2, 2, 2], [1, 3, 2, 4, 5, 7, 6, 8], 'transposed (axes 1 and 2 exchanged)'],
    [[2, 2, 2], [1, 2, 5, 6, 3, 4, 7, 8], 'transposed (axes 0 and 1 exchanged)'],
    [[3], [3, 2, 1], 'reversed along axis 0'],
    [[2, 3], [4, 5, 6, 1, 2, 3], 'reversed along axis 0'],
    [[2, 3], [3, 2, 1, 6, 5, 4], 'reversed along axis 1'],
    [[2, 3], [6, 5, 4, 3, 2, 1], 'flipped in both spatial axes: convolution in place of correlation'],
    [[2, 2, 1], [4, 3, 2, 1], 'flipped in both spatial axes: convolution in place of correlation'],
    [[3, 1], [3, 2, 1], 'reversed along axis 0'],
    [[1, 3], [3, 2, 1], 'reversed along axis 1'],
    [[3], [2, 3, 1], null],
    [[], [2], null],
  ])('of [%j] as %j is named: %s', (shape, wrong, name) => {
    const truth = upTo(wrong.length);
    expect(rearranged(evidence(shape, truth, wrong, [0]))).toBe(name);
    expect(rearranged(evidence(shape, truth.with(-1, Number.NaN), wrong, [0]))).toBeNull();
  });
});

describe('a part', () => {
  const rest = '; all others are right';
  it.each<[readonly number[], readonly number[], string | null]>([
    [[2, 3], [3, 4, 5], `one row only, 1 of axis 0${rest}`],
    [[2, 3], [3, 5], `one row only, 1 of axis 0${rest}`],
    [[2, 3], [1, 4], `one column only, 1 of axis 1${rest}`],
    [[2, 3], [1, 5], null],
    [[2, 2, 2], [1, 3, 5, 7], `one channel only, 1 of axis 2${rest}`],
    [[2, 2, 2], [2, 3, 6, 7], `one column only, 1 of axis 1${rest}`],
    [[2, 2, 2], [0, 1, 2, 3], `one row only, 0 of axis 0${rest}`],
    [[1, 1, 2, 2], [0, 1], `one slice only, 0 of axis 2${rest}`],
    [[2, 1, 2], [0, 1], `one row only, 0 of axis 0${rest}`],
    [[3], [0, 1], null],
    [[3], [], null],
    [[3], [0, 1, 2], null],
    [[2, 3], [5], 'one element only, w[1,2]: 1.50000 x what it should be'],
  ])('of [%j] that is wrong at %j is named: %s', (shape, wrong, name) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const truth = new Array<number>(size).fill(2);
    const values = truth.map((value, at) => (wrong.includes(at) ? 3 : value));
    expect(onlyPart(evidence(shape, truth, values))).toBe(name);
  });

  it('of one element that should be 0 has no ratio', () => {
    expect(onlyPart(evidence([2], [1, 0], [1, 3]))).toBe('one element only, w[1]');
  });
});

describe('a gradient of a wrong shape', () => {
  const values = (shape: number[], list: readonly number[]): Values =>
    ({ shape, values: Float64Array.from(list), dtype: 'float32' }) as Values;
  const rows: [Values, Values, string | null][] = [
    [
      values([4], [1, 2, 3, 4]),
      values([2, 2], [1, 2, 3, 4]),
      'right values, shape [4] for [2,2]: a reshape is missing',
    ],
    [values([3, 2], [1, 4, 2, 5, 3, 6]), values([2, 3], [1, 2, 3, 4, 5, 6]), 'transposed'],
    [values([1, 3, 2], [1, 4, 2, 5, 3, 6]), values([1, 2, 3], [1, 2, 3, 4, 5, 6]), 'transposed'],
    [
      values([2, 3], [1, 2, 3, 4, 5, 6]),
      values([3], [5, 7, 9]),
      'the sum over axis 0 (of length 2) is missing',
    ],
    [
      values([2, 3], [1, 2, 3, 4, 5, 6]),
      values([2], [6, 15]),
      'the sum over axis 1 (of length 3) is missing',
    ],
    [
      values([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      values([2, 2], [4, 6, 12, 14]),
      'the sum over axis 1 (of length 2) is missing',
    ],
    [values([3], [5, 7, 9]), values([2, 3], [1, 2, 3, 4, 5, 6]), null],
    [values([2, 3], [1, 2, 3, 4, 5, 6]), values([2], [6, 16]), null],
    [values([1, 1], [1]), values([], [2]), null],
  ];
  it.each(rows)('is compared with the right one: case %#', (found, truth, text) => {
    const expected = text === null ? null : `w: ${text}`;
    const right = new Map([['w', truth]]);
    expect(misshapenExplanation(new Map([['w', found]]), right)).toBe(expected);
    expect(
      misshapenExplanation(
        new Map([
          ['b', found],
          ['w', found],
        ]),
        right,
      ),
    ).toBe(expected);
    expect(misshapenExplanation(new Map([['w', found]]), null)).toBeNull();
    const unknown = { ...truth, values: truth.values.map(() => Number.NaN) };
    expect(misshapenExplanation(new Map([['w', found]]), new Map([['w', unknown]]))).toBeNull();
  });
});
