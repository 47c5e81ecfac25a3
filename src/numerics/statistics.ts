import { quantileSorted } from 'd3-array';

/** Minimum, lower quartile, median, upper quartile, maximum, interpolated linearly as in numpy.quantile. */
export type Quartiles = readonly [number, number, number, number, number];

/** @returns null for an empty list */
export function quartilesOf(values: readonly number[]): Quartiles | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => quantileSorted(sorted, share)!;
  return [at(0), at(0.25), at(0.5), at(0.75), at(1)];
}
