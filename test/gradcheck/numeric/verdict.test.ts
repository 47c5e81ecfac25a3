import { describe, expect, it } from '@jest/globals';
import { distanceFromHulls, nonNegativeLeastSquares } from '../../../src/gradcheck/numeric/hull.ts';
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

describe('distanceFromHulls', () => {
  const point = (...x: number[]) => Float64Array.from(x);
  const allowed = point(0.01, 0.01);
  const corners = [point(1, 0), point(0, 1)];

  it('is 0 inside the hull of points, and the distance in what is allowed outside', () => {
    for (const inside of [point(0.5, 0.5), point(1, 0), point(0.25, 0.75)])
      expect(distanceFromHulls(inside, [corners], allowed)).toBeLessThan(1e-6);
    // The nearest point to [1, 1] is [0.5, 0.5].
    expect(distanceFromHulls(point(1, 1), [corners], allowed)).toBeCloseTo(50, 2);
    expect(distanceFromHulls(point(1, 0.5), [corners], allowed)).toBeCloseTo(25, 2);
  });

  it('takes one point of every factor', () => {
    const square = [
      [point(0, 0), point(1, 0)],
      [point(0, 0), point(0, 1)],
    ];
    expect(distanceFromHulls(point(0.3, 0.9), square, allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(1, 1), square, allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(0.3, 1.05), square, allowed)).toBeCloseTo(5, 2);
  });

  it('knows points that depend on each other', () => {
    const segment = [point(0, 0), point(1, 1), point(2, 2), point(1, 1)];
    expect(distanceFromHulls(point(1.5, 1.5), [segment], allowed)).toBeLessThan(1e-6);
    expect(distanceFromHulls(point(2.5, 2.5), [segment], allowed)).toBeCloseTo(50, 2);
  });
});

it('least squares of as many columns as there are free a column in each round', () => {
  const SIZE = 40;
  const columns = Array.from({ length: SIZE }, (_, k) => new Float64Array(SIZE).fill(1, k, k + 1));
  const right = Float64Array.from({ length: SIZE }, (_, k) => k + 1);
  expect(nonNegativeLeastSquares(columns, right)).toEqual(right);
});
