import { describe, expect, it } from '@jest/globals';
import { accumulatedRounding, ulpDistance, unitInLastPlace } from '../../src/numerics/ieee.ts';

describe('the spacing of floating-point numbers', () => {
  it.each([
    [1, 2 ** -23, 2 ** -52],
    [-1.999, 2 ** -23, 2 ** -52],
    [2, 2 ** -22, 2 ** -51],
    [0.75, 2 ** -24, 2 ** -53],
    // Just below a power of two, whose logarithm is rounded up to a whole number.
    [2 ** 10 - 2 ** -43, 2 ** -14, 2 ** -43],
  ])('at %d', (x, float32, float64) => {
    expect(unitInLastPlace(x, 'float32')).toBe(float32);
    expect(unitInLastPlace(x, 'float64')).toBe(float64);
  });

  it('below the smallest normal number it is that of subnormal numbers', () => {
    expect(unitInLastPlace(0, 'float32')).toBe(2 ** -149);
    expect(unitInLastPlace(2 ** -140, 'float32')).toBe(2 ** -149);
    expect(unitInLastPlace(0, 'float64')).toBe(2 ** -1074);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('at %d there is none', (x) => {
    expect(unitInLastPlace(x, 'float32')).toBeNaN();
  });

  it('distances are counted in it, at the larger of the two', () => {
    expect(ulpDistance(1, 1 + 2 ** -22, 'float32')).toBe(2);
    expect(ulpDistance(-2, -2 + 2 ** -22, 'float32')).toBe(1);
    expect(ulpDistance(0, 0, 'float64')).toBe(0);
    expect(ulpDistance(3, 3, 'float64')).toBe(0);
  });
});

it("Higham's gamma: 3 roundings of 2^-24 each, and a little", () => {
  expect(accumulatedRounding(3, 'float32')).toBe((3 * 2 ** -24) / (1 - 3 * 2 ** -24));
  expect(accumulatedRounding(3, 'float64')).toBe((3 * 2 ** -53) / (1 - 3 * 2 ** -53));
});
