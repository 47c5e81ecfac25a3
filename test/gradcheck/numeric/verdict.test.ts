import { describe, expect, it } from '@jest/globals';
import { distanceFrom, judge } from '../../../src/gradcheck/numeric/verdict.ts';

const within = (total: number, rounding = 0) => ({ difference: 0, rounding, total });

describe('judge', () => {
  it('agrees up to the tolerance, and differs beyond it', () => {
    const at = (value: number) => judge({ value, truth: 2, tolerance: within(0.25), meaningful: 1, size: 9 });
    expect([at(2), at(2.25), at(1.75)]).toEqual(['agrees', 'agrees', 'agrees']);
    expect([at(2.25000001), at(1.7499999), at(-2)]).toEqual(['differs', 'differs', 'differs']);
  });

  it('takes an interval for the truth', () => {
    const at = (value: number) =>
      judge({ value, truth: [1, 0], tolerance: within(0), meaningful: 1, size: 9 });
    expect([at(0), at(0.5), at(1), at(-1e-9), at(1 + 1e-9)]).toEqual([
      ...['agrees', 'agrees', 'agrees', 'differs', 'differs'],
    ]);
    expect(distanceFrom([0, 1], 3)).toBe(2);
  });

  it('never agrees where a number or the tolerance is not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const tolerance = within(1);
      expect(judge({ value: bad, truth: 1, tolerance, meaningful: 1, size: 9 })).toBe('cannot tell');
      expect(judge({ value: 1, truth: bad, tolerance, meaningful: 1, size: 9 })).toBe('cannot tell');
      expect(judge({ value: bad, truth: bad, tolerance, meaningful: 1, size: 9 })).toBe('cannot tell');
      expect(judge({ value: 1, truth: [0, bad], tolerance, meaningful: 1, size: 9 })).toBe('cannot tell');
      expect(judge({ value: 1, truth: 1, tolerance: within(bad, bad), meaningful: 1, size: 9 })).toBe(
        'cannot tell',
      );
    }
  });

  it('says nothing of an agreement within an uncertainty that is not small', () => {
    const at = (rounding: number) =>
      judge({ value: 1, truth: 1, tolerance: within(rounding, rounding), meaningful: 1e-3, size: 9 });
    expect([at(1e-3), at(1.001e-3)]).toEqual(['agrees', 'cannot tell']);
    expect(judge({ value: 9, truth: 1, tolerance: within(2, 2), meaningful: 1e-3, size: 9 })).toBe('differs');
  });
});

it('says nothing of an agreement within a tolerance as wide as what it is about', () => {
  const at = (value: number, total: number) =>
    judge({ value, truth: 1, tolerance: within(total), meaningful: 1, size: 1 });
  expect([at(1.4, 0.5), at(1.4, 0.51), at(1, 7)]).toEqual(['agrees', 'cannot tell', 'agrees']);
});
