import type { TF } from '../types.ts';
import type { Vec } from './field.ts';
import { type Outcome, Setting } from './sides.ts';
import type { ExactSubject } from './subject.ts';
import type { WorldOptions } from './world.ts';

/** Options for a world in double precision, on the branches of the point. */
export const PLAIN = { exponents: false, free: false } as const;

const vec = (re: Float64Array): Vec => ({ re, im: null });

/**
 * Derivatives by dual numbers: the kernels of forward, with tangents in double precision beside them. There is no step,
 * no truncation and no kink, only rounding; one pass per direction.
 */
export class Duals {
  readonly #setting: Setting;
  readonly #f: ExactSubject['forward'];

  /**
   * @param dyShape the output's shape
   * @param seed seed of the random direction and dy
   * @param turned takes the opposite side of kinks from TensorFlow.js, and the first or the last element of a tie
   */
  constructor(
    tf: TF,
    subject: ExactSubject,
    dyShape: readonly number[],
    seed = 1,
    turned?: WorldOptions['turned'],
  ) {
    this.#setting = new Setting(tf, subject, [], { ...PLAIN, turned }, dyShape, seed);
    this.#f = subject.gradientOf ?? subject.forward;
  }

  /** The drawn dy, flat. */
  get dy(): Float64Array {
    return this.#setting.dyReal;
  }

  /**
   * The derivative of the output in a direction, given as one flat vector for every place that moves.
   * @throws CannotProve if a kernel has no rule or a value is not finite
   */
  derivative(directions: Readonly<Record<string, Float64Array>>): Float64Array {
    const moved = new Map(Object.entries(directions).map(([name, v]) => [name, [vec(v)]]));
    const output = this.#setting.forward(this.#f, moved);
    return output.numbers[0]!.tangent?.re ?? new Float64Array(output.size);
  }

  /** One element of the gradient: <dy, derivative with respect to that element>. */
  element(name: string, k: number, dy: ArrayLike<number> = this.dy): number {
    const place = this.#setting.places.find((each) => each.name === name)!;
    const unit = new Float64Array(place.values.length);
    unit[k] = 1;
    return this.derivative({ [name]: unit }).reduce((sum, x, at) => sum + x * dy[at]!, 0);
  }

  /** The whole gradient with respect to one place, one pass per element. */
  gradient(name: string, dy: ArrayLike<number> = this.dy): Float64Array {
    const place = this.#setting.places.find((each) => each.name === name)!;
    return Float64Array.from({ length: place.values.length }, (_, k) => this.element(name, k, dy));
  }
}

/** Allowed distance of the two sides of the identity in double precision, relative to the sum of their terms. */
const ROUNDING = 1e-9;
const SAMPLES = 3;
const JITTER = 2 ** -50;

/**
 * Whether a gradient is wrong in double precision by more than rounding explains. Compares <dy, J v> by dual numbers
 * with the sum of <gradient(dy), v>, at the point and at neighbours a few units in the last place away, whose spread
 * measures the rounding. false also if it cannot be computed.
 */
export function wrongInDoubles(
  tf: TF,
  subject: ExactSubject,
  side: (setting: Setting) => Outcome,
  dyShape: readonly number[],
  seed: number,
): boolean {
  // Single precision is too coarse for this.
  if (subject.arithmetic !== undefined) return false;
  const relative: number[] = [];
  try {
    for (let sample = 0; sample < SAMPLES; sample++) {
      const moved = { ...subject, inputs: subject.inputs.map((input) => jittered(input, sample)) };
      const setting = new Setting(tf, moved, [], PLAIN, dyShape, seed);
      const output = setting.forward(subject.gradientOf ?? subject.forward);
      const outcome = side(setting);
      if ('cause' in outcome) return false;
      const { difference, scale } = setting.contractionInDoubles(output, outcome.gradients);
      relative.push(difference / scale);
    }
  } catch {
    return false;
  }
  // Where a number is not finite, or all are 0, the spread is not a number, and nothing exceeds it.
  const spread = Math.max(...relative) - Math.min(...relative);
  return Math.min(...relative.map(Math.abs)) > ROUNDING + 100 * spread;
}

function jittered<Input extends ExactSubject['inputs'][number]>(input: Input, sample: number): Input {
  if (sample === 0 || input.dtype !== 'float32') return input;
  const turn = (k: number): number => (((k * 7919 + sample * 104729) % 5) - 2) * JITTER;
  return { ...input, values: Float64Array.from(input.values, (x, k) => x * (1 + turn(k))) };
}
