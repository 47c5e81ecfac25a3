import { describe, expect, it } from '@jest/globals';
import { fitLine, scaled, spreadOf } from '../../../scripts/bench/statistics.ts';

describe('spreadOf', () => {
  it('has the median and the quartiles between neighbours in proportion, whatever the order', () => {
    expect(spreadOf([9, 1, 5, 3])).toEqual({ count: 4, min: 1, q1: 2.5, median: 4, q3: 6, max: 9 });
    expect(spreadOf([7])).toEqual({ count: 1, min: 7, q1: 7, median: 7, q3: 7, max: 7 });
    expect(spreadOf([10, 9, 100, 2, 30]).median).toBe(10);
  });

  it('leaves what it is given as it is', () => {
    const numbers = [3, 1, 2];
    spreadOf(numbers);
    expect(numbers).toEqual([3, 1, 2]);
  });

  it('refuses to tell of nothing', () => {
    expect(() => spreadOf([])).toThrow('spreadOf: expected one number at least, got none');
  });

  it('goes into another unit', () => {
    expect(scaled(spreadOf([1, 2, 3]), 1000)).toEqual({
      count: 3,
      min: 1000,
      q1: 1500,
      median: 2000,
      q3: 2500,
      max: 3000,
    });
  });
});

describe('fitLine', () => {
  it('finds a line that the points lie on', () => {
    const points = [1, 2, 5, 9].map((x) => ({ x, y: 4 + 0.5 * x }));
    const { slope, constant, r2 } = fitLine(points);
    expect(slope).toBeCloseTo(0.5, 12);
    expect(constant).toBeCloseTo(4, 12);
    expect(r2).toBeCloseTo(1, 12);
  });

  it('says how much of the variance it leaves', () => {
    // On average y = x, with residuals of 1 up and down: 5 of 9 parts.
    const points = [
      { x: 0, y: 1 },
      { x: 0, y: -1 },
      { x: 2, y: 3 },
      { x: 2, y: 1 },
    ];
    const { slope, constant, r2 } = fitLine(points);
    expect([slope, constant, r2]).toEqual([1, 0, 0.5]);
  });

  it('has a flat line through equal heights, and none through one place', () => {
    expect(
      fitLine([
        { x: 1, y: 3 },
        { x: 2, y: 3 },
      ]),
    ).toEqual({ slope: 0, constant: 3, r2: 1 });
    expect(() =>
      fitLine([
        { x: 1, y: 3 },
        { x: 1, y: 4 },
      ]),
    ).toThrow('expected points at two places');
  });
});
