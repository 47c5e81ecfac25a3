import { sizeOf } from '../../numerics/shape.ts';
import type { Values } from '../spec/subject.ts';
import { explains } from './evidence.ts';
import { transposed } from './layout.ts';

const NONE: ReadonlySet<number> = new Set();

/** Explains gradients of a wrong shape by comparing them with those of autodiff. */
export function misshapenExplanation(
  misshapen: ReadonlyMap<string, Values>,
  autodiff: ReadonlyMap<string, Values> | null,
): string | null {
  for (const [name, found] of misshapen) {
    const truth = autodiff?.get(name);
    if (truth === undefined) continue;
    const explanation = explain(found, truth);
    if (explanation !== null) return `${name}: ${explanation}`;
  }
  return null;
}

function explain(found: Values, truth: Values): string | null {
  // A NaN counts as unknown, and would equal anything.
  if ([found, truth].some(({ values }) => values.some(Number.isNaN))) return null;
  const equal = (one: Float64Array, other: Float64Array): boolean =>
    explains(one, { wrong: other, truth: other, failing: NONE });
  if (equal(truth.values, found.values))
    return `right values, shape [${found.shape}] for [${truth.shape}]: a reshape is missing`;
  const rank = truth.shape.length;
  if (rank >= 2 && equal(transposed(truth.values, truth.shape, rank - 2, rank - 1), found.values))
    return 'transposed';
  for (let axis = 0; axis < found.shape.length; axis++)
    if (equal(sumOver(found, axis), truth.values))
      return `the sum over axis ${axis} (of length ${found.shape[axis]}) is missing`;
  return null;
}

function sumOver({ values, shape }: Values, axis: number): Float64Array {
  const inner = sizeOf(shape.slice(axis + 1));
  const length = shape[axis]!;
  const out = new Float64Array(values.length / length);
  for (const [i, value] of values.entries()) {
    const position = Math.floor(i / (inner * length)) * inner + (i % inner);
    out[position] = out[position]! + value;
  }
  return out;
}
