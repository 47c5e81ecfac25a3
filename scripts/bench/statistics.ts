import { quartilesOf } from '../../src/numerics/statistics.ts';

/** Repeated measurements of one thing: the quartiles and the range. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
}

/** @throws RangeError for an empty list */
export function spreadOf(numbers: readonly number[]): Spread {
  const quartiles = quartilesOf(numbers);
  if (quartiles === null) throw new RangeError('spreadOf: expected one number at least, got none');
  const [min, q1, median, q3, max] = quartiles;
  return { count: numbers.length, min, q1, median, q3, max };
}

/** The same spread in another unit. */
export const scaled = ({ count, min, q1, median, q3, max }: Spread, factor: number): Spread => ({
  count,
  min: min * factor,
  q1: q1 * factor,
  median: median * factor,
  q3: q3 * factor,
  max: max * factor,
});

/** A straight line through points, and the share of their variance that it explains. */
export interface Line {
  readonly slope: number;
  readonly constant: number;
  /** 1: every point is on the line. */
  readonly r2: number;
}

/**
 * The least-squares line.
 *
 * @throws RangeError if there are not at least two different x
 */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const xx = mean(({ x }) => (x - mx) ** 2);
  const xy = mean(({ x, y }) => (x - mx) * (y - my));
  const yy = mean(({ y }) => (y - my) ** 2);
  if (!(xx > 0)) throw new RangeError('fitLine: expected points at two places at least');
  const slope = xy / xx;
  return { slope, constant: my - slope * mx, r2: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}
