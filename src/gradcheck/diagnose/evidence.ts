import { EXPLANATION_TOLERANCE } from '../precision.ts';
import type { Input } from '../readInput.ts';
import { largestOf } from '../subject.ts';

/** One input's gradient of the side that is wrong, and what it should be; NaN where that is not known. */
export interface Evidence {
  readonly input: Input;
  readonly wrong: Float64Array;
  readonly truth: Float64Array;
}

/** Whether candidate values are the wrong ones, element by element, wherever the truth is known. */
export function explains(
  candidate: ArrayLike<number>,
  { wrong, truth }: Pick<Evidence, 'wrong' | 'truth'>,
): boolean {
  if (candidate.length !== wrong.length) return false;
  const floor = EXPLANATION_TOLERANCE * 0.1 * largestOf(wrong);
  for (let i = 0; i < wrong.length; i++) {
    if (Number.isNaN(truth[i])) continue;
    const magnitude = Math.max(Math.abs(wrong[i]!), Math.abs(candidate[i]!));
    if (!(Math.abs(wrong[i]! - candidate[i]!) <= EXPLANATION_TOLERANCE * magnitude + floor)) return false;
  }
  return true;
}

/** Flat indices of the elements that are wrong. */
export function wrongElements({ wrong, truth }: Evidence): number[] {
  const floor = EXPLANATION_TOLERANCE * 0.01 * largestOf(truth);
  const found: number[] = [];
  for (let i = 0; i < wrong.length; i++)
    if (Math.abs(wrong[i]! - truth[i]!) > EXPLANATION_TOLERANCE * 0.01 * Math.abs(truth[i]!) + floor)
      found.push(i);
  return found;
}
