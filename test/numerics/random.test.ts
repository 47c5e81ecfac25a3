import { describe, expect, it } from '@jest/globals';
import { distinctIndices, unequalEntries, uniformNumbers } from '../../src/numerics/random.ts';

/** A generator that gives these numbers. */
const giving =
  (...numbers: number[]) =>
  () =>
    numbers.shift()!;

describe('uniformNumbers', () => {
  // By the published mulberry32, in Python's whole numbers.
  it.each([
    [0, 0.26642920868471265, 0.0003297457005828619, 0.2232720274478197],
    [1, 0.6270739405881613, 0.002735721180215478, 0.5274470399599522],
    [42, 0.6011037519201636, 0.44829055899754167, 0.8524657934904099],
    // A seed counts modulo 2^32.
    [2 ** 32 + 1, 0.6270739405881613, 0.002735721180215478, 0.5274470399599522],
  ])('seed %d', (seed, ...expected) => {
    const random = uniformNumbers(seed);
    expect(expected.map(() => random())).toEqual(expected);
  });
});

describe('unequalEntries', () => {
  it('a magnitude and a sign for each, in turn', () => {
    expect(Array.from(unequalEntries(3, giving(0.25, 0.4, 0, 0.6, 0.75, 0.5)))).toEqual([-0.75, 0.5, 1.25]);
  });

  it('turns the first where all have one sign, and none where there is one only', () => {
    expect(Array.from(unequalEntries(2, giving(0.25, 0.4, 0, 0.1)))).toEqual([0.75, -0.5]);
    expect(Array.from(unequalEntries(2, giving(0.25, 0.5, 0, 0.9)))).toEqual([-0.75, 0.5]);
    expect(Array.from(unequalEntries(1, giving(0.25, 0.5)))).toEqual([0.75]);
    expect(Array.from(unequalEntries(1, giving(0.25, 0.4)))).toEqual([-0.75]);
  });
});

describe('distinctIndices', () => {
  it('takes the limit where a number was chosen before', () => {
    // Below 4, 5 and 6: 3; 3 again, so 4; 0.
    expect(distinctIndices(6, 3, giving(0.99, 0.7, 0.1))).toEqual([0, 3, 4]);
  });

  it('takes all where as many are asked for, or more', () => {
    for (const count of [4, 9]) expect(distinctIndices(4, count, uniformNumbers(7))).toEqual([0, 1, 2, 3]);
    expect(distinctIndices(4, 0, uniformNumbers(7))).toEqual([]);
  });
});
