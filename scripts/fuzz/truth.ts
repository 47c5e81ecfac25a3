import type { TF } from '../../src/gradcheck/index.ts';
import { type Functions, functionsOf } from './code.ts';
import type { Plant } from './plants.ts';
import {
  floats,
  gradientsOf,
  type Program,
  type ProgramInput,
  type Scope,
  tensorsOf,
  tidy,
} from './program.ts';

type Gradients = readonly Float64Array[];

/** An element whose gradient a mistake changed by enough to count. */
export interface Change {
  readonly input: ProgramInput;
  readonly index: number;
  readonly right: number;
  readonly planted: number;
  /** Beside the largest of the right gradient's elements, or of its own where that is larger. */
  readonly relative: number;
}

/** When a mistake is one that no tolerance excuses, beside the right element and beside the largest one. */
const COUNTS = { ofOwn: 0.99e-6, ofLargest: 1e-9, directional: 1e-3 } as const;

/** The right gradients and the planted ones, for a dy, in double precision and without the checker. */
export function bothGradients(
  tf: TF,
  program: Program,
  scope: Scope,
  plant: Plant,
  planted: Functions,
  dy: ArrayLike<number>,
): { right: Gradients; wrong: Gradients } {
  const inputs = floats(program);
  const names = inputs.map(({ name }) => name);
  const whole = (gradients: (Float64Array | null)[]): Gradients =>
    gradients.map((gradient, i) => gradient ?? new Float64Array(inputs[i]!.values.length));
  const { forward } = functionsOf(tf, { program, plant: null, withBackward: false }, scope);
  const right = whole(gradientsOf(tf, forward, program.inputs, names, dy));
  if (plant.side === 'tf autodiff')
    return { right, wrong: whole(gradientsOf(tf, planted.forward, program.inputs, names, dy)) };
  const wrong = tidy(tf, () => {
    const tensors = tensorsOf(tf, program.inputs);
    const { shape } = forward(tf, tensors);
    const returned = planted.backward!(tf, tensors, tf.tensor(Array.from(dy), shape));
    return names.map((name) => Float64Array.from(returned[name]!.dataSync()));
  });
  return { right, wrong };
}

/**
 * The elements that a mistake changes by at least 1e-6 of the right element and 1e-9 of the largest of the input, or to
 * what is no number. A mistake without such an element does not count. The directional mode is a screen: there the
 * change must be 1e-3 of the largest element.
 */
export function changes(
  program: Program,
  { right, wrong }: { right: Gradients; wrong: Gradients },
  directional: boolean,
): Change[] {
  return floats(program).flatMap((input, i) => {
    const largest = right[i]!.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    return Array.from(right[i]!).flatMap((g, index) => {
      const planted = wrong[i]![index]!;
      const change = Math.abs(planted - g);
      const counts =
        !Number.isFinite(planted) ||
        (change > 0 &&
          change >= COUNTS.ofOwn * Math.abs(g) &&
          change >= (directional ? COUNTS.directional : COUNTS.ofLargest) * largest);
      return counts ? [{ input, index, right: g, planted, relative: change / largest }] : [];
    });
  });
}

/**
 * Whether the function has a kink at the element and the planted gradient lies between the derivatives on both sides
 * (TensorFlow.js's own among them), or near: then it is no mistake, or not surely one.
 */
export function excusedByKink(
  tf: TF,
  program: Program,
  scope: Scope,
  dy: ArrayLike<number>,
  { input, index, right, planted }: Change,
): boolean {
  if (!Number.isFinite(planted)) return false;
  const [below, above] = oneSided(tf, program, scope, dy, input, index);
  if (!Number.isFinite(below) || !Number.isFinite(above)) return false;
  const low = Math.min(below, above, right);
  const high = Math.max(below, above, right);
  const width = high - low;
  if (width <= 1e-3 * Math.max(Math.abs(low), Math.abs(high))) return false;
  return planted >= low - width && planted <= high + width;
}

/** Derivatives of the contraction with dy from below and from above. */
export function oneSided(
  tf: TF,
  program: Program,
  scope: Scope,
  dy: ArrayLike<number>,
  input: ProgramInput,
  index: number,
): [number, number] {
  const { forward } = functionsOf(tf, { program, plant: null, withBackward: false }, scope);
  const x = input.values[index]!;
  const typical = input.values.reduce((sum, v) => sum + Math.abs(v), 0) / input.values.length;
  const h = 2 ** -22 * Math.max(Math.abs(x), typical || 1);
  const outputs = (value: number): Float64Array =>
    tidy(tf, () => {
      const replaced = { [input.name]: input.values.with(index, value) };
      return Float64Array.from(forward(tf, tensorsOf(tf, program.inputs, replaced)).dataSync());
    });
  const [low, middle, high] = [outputs(x - h), outputs(x), outputs(x + h)];
  // Output by output: the contraction would round away the small ones.
  const slope = (from: Float64Array, to: Float64Array, step: number): number =>
    from.reduce((sum, y, i) => sum + ((to[i]! - y) / step) * dy[i]!, 0);
  return [slope(low, middle, x - (x - h)), slope(middle, high, x + h - x)];
}
