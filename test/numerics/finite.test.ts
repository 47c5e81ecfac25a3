import { describe, expect, it } from '@jest/globals';
import { finite, finiteOrNull, overAllowed } from '../../src/numerics/finite.ts';

describe('numbers that JSON does not have', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d', (value) => {
    expect(finite(value)).toBe(Number.MAX_VALUE);
    expect(finiteOrNull(value)).toBeNull();
  });

  it.each([0, -2.5, Number.MAX_VALUE])('%d stays', (value) => {
    expect(finite(value)).toBe(value);
    expect(finiteOrNull(value)).toBe(value);
  });

  it('null stays null', () => expect(finiteOrNull(null)).toBeNull());
});

it.each([
  [1, 2, 0.5],
  [3, 2, 1.5],
  [1, 0, Number.MAX_VALUE],
  [0, 0, Number.MAX_VALUE],
  [Number.NaN, 1, Number.MAX_VALUE],
])('a distance of %d in a room of %d is %d of it', (distance, room, share) => {
  expect(overAllowed(distance, room)).toBe(share);
});
