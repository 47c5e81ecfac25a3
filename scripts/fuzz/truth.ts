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
  /** Relative to the largest element of the correct gradient, or to its own if that is larger. */
  readonly relative: number;
}

/** The sizes from which a mistake counts as one that no tolerance excuses. */
const COUNTS = {
  /** Relative to the correct element, and to the largest of the input. */
  ofOwn: 0.99e-6,
  ofLargest: 1e-9,
  /** Relative to the natural size of the gradient; smaller values may be rounding. */
  ofNatural: 1e-12,
  /** The same in a saturated function, where 1 - tanh^2 has no digits left. */
  ofSaturated: 2 ** -46,
  /** The factor by which the gradient of a saturated function is larger halfway to 0. */
  saturated: 10,
  /** The directional mode is a screen: it must see this share of the largest element. */
  directional: 1e-3,
  /** From this size on a mistake counts, however hard to resolve: a pass must mean something. */
  always: 1e-2,
  /** Below that size, plain central differences must be closer to the correct gradient by this factor. */
  separation: 10,
  /** The relative step of one-sided derivatives, and their relative difference at a kink. */
  kinkStep: 2 ** -22,
  ofKink: 1e-3,
  /** At these distances, relative to the element, a gradient that is not rounding is the same, within `ofKink`. */
  neighbours: [2 ** -30, -(2 ** -29), 3 * 2 ** -28, -(5 * 2 ** -27)],
} as const;

const STEPS = [-6, -9, -12, -17].map((exponent) => 2 ** exponent);

/** The correct and the planted gradients for a dy, in double precision and without the checker. */
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
 * The elements that a mistake changes by at least 1e-6 of the correct element and 1e-9 of the largest of the input, or
 * to a value that is not a number. A mistake without such an element does not count.
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
 * Whether a changed element is a mistake beyond doubt; asked if the checker passed it. It is not if the function has a
 * kink and the planted gradient lies between the derivatives on both sides (including TensorFlow.js's own) or close to
 * them; nor if the change is below 1e-2 of the element and plain central differences, at the best of four steps, are
 * not ten times closer to the correct gradient than to the planted one.
 */
export function isSure(
  tf: TF,
  program: Program,
  scope: Scope,
  dy: ArrayLike<number>,
  { input, index, right, planted }: Change,
): boolean {
  if (!Number.isFinite(planted)) return true;
  const outputs = alongElement(tf, program, scope, input, index);
  const [below, above] = oneSided(outputs, dy, COUNTS.kinkStep);
  const low = Math.min(below, above, right);
  const high = Math.max(below, above, right);
  const width = high - low;
  const kink = width > COUNTS.ofKink * Math.max(Math.abs(low), Math.abs(high));
  if (kink && planted >= low - width && planted <= high + width) return false;
  const change = Math.abs(planted - right);
  const natural = naturalSize(outputs, dy);
  const { forward } = functionsOf(tf, { program, plant: null, withBackward: false }, scope);
  const at: GradientAt = (values) => {
    const inputs = program.inputs.map((each, i) => ({ ...each, values: values[i]! }));
    const [gradient] = gradientsOf(tf, forward, inputs, [input.name], dy);
    return gradient?.[index] ?? 0;
  };
  if (change <= COUNTS.ofNatural * natural && isRounding(program, { input, index }, right, at)) return false;
  if (change <= COUNTS.ofSaturated * natural && isSaturated(program, right, at)) return false;
  if (change >= COUNTS.always * Math.abs(right)) return true;
  return STEPS.some((step) => {
    const [from, to] = oneSided(outputs, dy, step);
    const central = (from + to) / 2;
    return Math.abs(planted - central) > COUNTS.separation * Math.abs(right - central);
  });
}

interface Place {
  readonly input: ProgramInput;
  readonly index: number;
}

/** TensorFlow.js's gradient of one element, for other values of the inputs. */
type GradientAt = (values: readonly (readonly number[])[]) => number;

/** Whether a gradient is 0 or only rounding: then it differs at one of the neighbouring points. */
function isRounding({ inputs }: Program, { input, index }: Place, right: number, at: GradientAt): boolean {
  if (right === 0) return true;
  return COUNTS.neighbours.some((away) => {
    const moved = input.values.with(index, input.values[index]! * (1 + away));
    const gradient = at(inputs.map((each) => (each === input ? moved : each.values)));
    return Math.abs(gradient - right) > COUNTS.ofKink * Math.abs(right);
  });
}

function isSaturated({ inputs }: Program, right: number, at: GradientAt): boolean {
  const halfway = at(
    inputs.map(({ values, dtype }) => (dtype === 'float32' ? values.map((x) => x / 2) : values)),
  );
  return Math.abs(halfway) >= COUNTS.saturated * Math.abs(right);
}

/** The function along one element of an input. */
interface Line {
  readonly x: number;
  /** The size of the element, or a typical one if that is larger. */
  readonly scale: number;
  readonly at: (value: number) => Float64Array;
}

export function alongElement(
  tf: TF,
  program: Program,
  scope: Scope,
  input: ProgramInput,
  index: number,
): Line {
  const { forward } = functionsOf(tf, { program, plant: null, withBackward: false }, scope);
  const typical = input.values.reduce((sum, v) => sum + Math.abs(v), 0) / input.values.length;
  const x = input.values[index]!;
  const at = (value: number): Float64Array =>
    tidy(tf, () => {
      const replaced = { [input.name]: input.values.with(index, value) };
      return Float64Array.from(forward(tf, tensorsOf(tf, program.inputs, replaced)).dataSync());
    });
  return { x, scale: Math.max(Math.abs(x), typical || 1), at };
}

/** The derivatives of the contraction with dy from below and from above, with a step relative to the element. */
export function oneSided({ x, scale, at }: Line, dy: ArrayLike<number>, step: number): [number, number] {
  const h = step * scale;
  const [low, middle, high] = [at(x - h), at(x), at(x + h)];
  // Output by output, because the contraction would round away the small ones.
  const slope = (from: Float64Array, to: Float64Array, by: number): number =>
    from.reduce((sum, y, i) => sum + ((to[i]! - y) / by) * dy[i]!, 0);
  return [slope(low, middle, x - (x - h)), slope(middle, high, x + h - x)];
}

/** The magnitude of the contracted outputs, divided by the size of the element. */
export const naturalSize = ({ x, scale, at }: Line, dy: ArrayLike<number>): number =>
  at(x).reduce((sum, y, i) => sum + Math.abs(y * dy[i]!), 0) / scale;
