import { FACTOR_TOLERANCE } from '../numeric/precision.ts';
import { type Evidence, explains } from './evidence.ts';

/** The one factor from the truth to the wrong values in every element, or null. */
export function constantFactor(evidence: Evidence): number | null {
  let product = 0;
  let square = 0;
  for (const [i, truth] of evidence.truth.entries()) {
    if (Number.isNaN(truth)) continue;
    product += evidence.wrong[i]! * truth;
    square += truth * truth;
  }
  if (square === 0) return null;
  const factor = product / square;
  const candidate = evidence.truth.map((truth) => factor * truth);
  return explains(candidate, evidence) ? snapped(factor) : null;
}

/** Rounds a factor to a well-known one that it equals up to rounding, such as 2. */
function snapped(factor: number): number {
  const near = (x: number) => Math.abs(factor - x) <= FACTOR_TOLERANCE * Math.abs(x);
  const whole = Math.round(factor);
  if (near(whole) || Math.abs(factor) < FACTOR_TOLERANCE) return whole;
  const denominator = Math.round(1 / factor);
  return denominator !== 0 && near(1 / denominator) ? 1 / denominator : factor;
}

/**
 * The meaning of a well-known factor; null for any other.
 * @param sizes lengths that a mean may have been taken over
 */
export function knownFactor(factor: number, sizes: readonly number[]): string | null {
  if (factor === 0) return 'it is zero everywhere, as if never computed';
  if (factor === -1) return 'the sign is wrong';
  const size = sizes.find(
    (n) => n > 1 && (factor === n || factor === -n || factor === 1 / n || factor === -1 / n),
  );
  if (size !== undefined && size !== 2)
    return Math.abs(factor) > 1
      ? `1/${size} is missing (a mean over ${size}?)`
      : `1/${size} too often (a mean over ${size}?)`;
  if (Math.abs(factor) === 2) return 'a factor 2 too much';
  if (Math.abs(factor) === 0.5) return 'a factor 2 is missing';
  return null;
}
