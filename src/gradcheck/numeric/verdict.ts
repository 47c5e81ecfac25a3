import type { Tolerance } from '../types.ts';

/** The outcome of a comparison. */
export type Verdict = 'agrees' | 'differs' | 'cannot tell';

/** The comparison of one number with the truth. */
export interface Comparison {
  readonly value: number;
  /** The right number, or the interval of right numbers. */
  readonly truth: number | readonly [number, number];
  readonly tolerance: Pick<Tolerance, 'difference' | 'rounding' | 'total'>;
  /** The largest uncertainty of `truth` at which an agreement is still meaningful. */
  readonly meaningful: number;
  /** The magnitude of values of this kind; a tolerance above half of it would let anything pass. */
  readonly size: number;
}

/**
 * The only place where numbers become a verdict. Only finite numbers can agree, compared within a finite tolerance
 * whose uncertain part is small relative to the value checked.
 */
export function judge({ value, truth, tolerance, meaningful, size }: Comparison): Verdict {
  const distance = distanceFrom(truth, value);
  if (!Number.isFinite(distance) || !Number.isFinite(tolerance.total)) return 'cannot tell';
  if (distance > tolerance.total) return 'differs';
  const resolved = tolerance.difference + tolerance.rounding <= meaningful;
  const means = distance === 0 || tolerance.total <= size / 2;
  return resolved && means ? 'agrees' : 'cannot tell';
}

/** The distance of a value from a number or an interval; NaN if either is not finite. */
export function distanceFrom(truth: number | readonly [number, number], value: number): number {
  const [one, other] = typeof truth === 'number' ? [truth, truth] : truth;
  const distance = Math.max(Math.min(one, other) - value, value - Math.max(one, other), 0);
  return Number.isFinite(one) && Number.isFinite(other) && Number.isFinite(value) ? distance : Number.NaN;
}
