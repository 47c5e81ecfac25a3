import { EXPLANATION } from '../numeric/precision.ts';
import type { Input } from '../spec/readInput.ts';
import { largestOf } from '../spec/subject.ts';

/** One input's gradient on the wrong side, and its right values, NaN where unknown. */
export interface Evidence {
  readonly input: Input;
  readonly wrong: Float64Array;
  readonly truth: Float64Array;
  /** Flat indices of elements found wrong: an explanation must reproduce these, however small they are. */
  readonly failing: ReadonlySet<number>;
}

/** Whether candidate values equal the wrong ones, element by element, wherever the truth is known. */
export function explains(
  candidate: ArrayLike<number>,
  { wrong, truth, failing }: Pick<Evidence, 'wrong' | 'truth' | 'failing'>,
): boolean {
  if (candidate.length !== wrong.length) return false;
  const floor = EXPLANATION.ofLargest * largestOf(wrong);
  for (let i = 0; i < wrong.length; i++) {
    if (Number.isNaN(truth[i])) continue;
    const error = Math.abs(wrong[i]! - truth[i]!);
    const allowed =
      EXPLANATION.ofError * error + EXPLANATION.ofValue * Math.abs(wrong[i]!) + (failing.has(i) ? 0 : floor);
    if (!(Math.abs(wrong[i]! - candidate[i]!) <= allowed)) return false;
  }
  return true;
}

/** Flat indices of the elements that are wrong. */
export function wrongElements({ wrong, truth, failing }: Evidence): number[] {
  const floor = EXPLANATION.ofLargest * largestOf(truth.filter((x) => !Number.isNaN(x)));
  const found: number[] = [];
  for (let i = 0; i < wrong.length; i++)
    if (failing.has(i) || Math.abs(wrong[i]! - truth[i]!) > EXPLANATION.ofValue * Math.abs(truth[i]!) + floor)
      found.push(i);
  return found;
}
