import { multiIndex } from '../spec/readInput.ts';
import { type Evidence, explains, wrongElements } from './evidence.ts';

/** Says how the axes of the truth are permuted or reversed in the wrong values, or null. */
export function rearranged(evidence: Evidence): string | null {
  const { shape } = evidence.input;
  const rank = shape.length;
  if (evidence.truth.some(Number.isNaN)) return null;
  const exchanges: readonly [number, number][] =
    rank < 2
      ? []
      : [
          [rank - 2, rank - 1],
          [0, 1],
        ];
  for (const [first, second] of exchanges) {
    if (explains(transposed(evidence.truth, shape, first, second), evidence))
      return `transposed (axes ${first} and ${second} exchanged)`;
  }
  for (const axes of [[0, 1], [0], [1]]) {
    if (axes.some((axis) => axis >= rank || shape[axis] === 1)) continue;
    if (explains(mirrored(evidence.truth, shape, axes), evidence))
      return axes.length === 2
        ? 'flipped in both spatial axes: convolution in place of correlation'
        : `reversed along axis ${axes[0]}`;
  }
  return null;
}

/** The values with two axes exchanged, flat in the new order. */
export function transposed(
  values: Float64Array,
  shape: readonly number[],
  first: number,
  second: number,
): Float64Array {
  const from = [...shape];
  from[first] = shape[second]!;
  from[second] = shape[first]!;
  return values.map((_, flat) => {
    const index = multiIndex(from, flat);
    const swap = index[first]!;
    index[first] = index[second]!;
    index[second] = swap;
    return values[flatIndex(shape, index)]!;
  });
}

function mirrored(values: Float64Array, shape: readonly number[], axes: readonly number[]): Float64Array {
  return values.map((_, flat) => {
    const index = multiIndex(shape, flat);
    for (const axis of axes) index[axis] = shape[axis]! - 1 - index[axis]!;
    return values[flatIndex(shape, index)]!;
  });
}

function flatIndex(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((flat, coordinate, axis) => flat * shape[axis]! + coordinate, 0);
}

/** Says that all wrong elements are in one row, column or channel, or that only one element is wrong; or null. */
export function onlyPart(evidence: Evidence): string | null {
  const { shape, size, name } = evidence.input;
  const wrong = wrongElements(evidence);
  if (wrong.length === 0 || wrong.length === size) return null;
  if (wrong.length === 1) {
    const [flat] = wrong as [number];
    const ratio = evidence.wrong[flat]! / evidence.truth[flat]!;
    const there = Number.isFinite(ratio) ? `: ${ratio.toPrecision(6)} x what it should be` : '';
    return `one element only, ${name}[${multiIndex(shape, flat)}]${there}`;
  }
  const indices = wrong.map((flat) => multiIndex(shape, flat));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const coordinate = indices[0]![axis]!;
    if (shape[axis] === 1 || indices.some((index) => index[axis] !== coordinate)) continue;
    return `one ${axisName(shape.length, axis)} only, ${coordinate} of axis ${axis}; all others are right`;
  }
  return null;
}

function axisName(rank: number, axis: number): string {
  if (axis === rank - 1 && rank > 2) return 'channel';
  return axis === 0 ? 'row' : axis === 1 ? 'column' : 'slice';
}
