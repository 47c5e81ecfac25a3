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
  const matches = (candidate: Float64Array): boolean =>
    explains(candidate, { wrong: found.values, truth: candidate, failing: NONE });
  if (matches(truth.values))
    return `right values, shape [${found.shape}] for [${truth.shape}]: a reshape is missing`;
  const rank = truth.shape.length;
  if (rank >= 2 && matches(transposed(truth.values, truth.shape, rank - 2, rank - 1))) return 'transposed';
  for (let axis = 0; axis < found.shape.length; axis++) {
    if (explains(sumOver(found, axis), { wrong: truth.values, truth: truth.values, failing: NONE }))
      return `the sum over axis ${axis} (of length ${found.shape[axis]}) is missing`;
  }
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
