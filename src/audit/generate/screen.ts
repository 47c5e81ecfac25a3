import * as float64 from 'backproof/float64';
import type { TF } from '../../gradcheck/index.ts';
import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import type { AuditCase } from '../case.ts';
import { floatInputs, gradientsOn, tensorsOf, tidied } from '../gradientOf.ts';

/**
 * A fast judge that can only say that a case is right: there are many generated cases, and nearly all are right. The
 * others go to judge.ts.
 */

/** The output and gradients of a case in double precision, confirmed by finite differences. */
export interface Truth {
  readonly dy: readonly number[];
  readonly output: readonly number[];
  /** The gradients of the differentiated inputs, in order. */
  readonly gradients: readonly (readonly number[])[];
}

const STEP = 2 ** -17;
/** The accuracy of central differences with that step, for generated cases. */
const DIFFERENCES = { rtol: 1e-6, atol: 1e-8 } as const;
/** Relative to the largest element of a tensor in single precision, or to 1. */
const SINGLE = { rtol: 2e-5, atol: 2e-6 } as const;

/**
 * The output in double precision; null if the forward throws, or its result is empty or not finite: then there is no
 * case.
 */
export function outputOf(subject: AuditCase): { readonly shape: number[]; readonly values: number[] } | null {
  try {
    const { shape, values, dtype } = tidied(float64, () => {
      const result = subject.forward(float64, tensorsOf(float64, subject));
      return { shape: result.shape, values: Array.from(result.dataSync()), dtype: result.dtype };
    });
    const usable = dtype === 'float32' && values.length > 0 && values.every(Number.isFinite);
    return usable ? { shape, values } : null;
  } catch {
    return null;
  }
}

/**
 * The gradients in double precision, compared with central differences in one random direction, which involves every
 * element of every input; null if they do not agree to six digits, are not finite, or are refused.
 */
export function truthOf(subject: AuditCase, seed: number): Truth | null {
  const output = outputOf(subject);
  if (output === null) return null;
  const random = uniformNumbers(seed);
  const dy = Array.from(unequalEntries(output.values.length, random), Math.fround);
  const names = floatInputs(subject);
  let gradients: number[][];
  try {
    gradients = gradientsOn(float64, subject, dy, output.shape).map(({ values }) => values);
  } catch {
    return null;
  }
  const direction = new Map(
    names.map((name) => [name, unequalEntries(subject.inputs[name]!.values.length, random)]),
  );
  const along = (sign: number): number => {
    const inputs = Object.fromEntries(
      Object.entries(subject.inputs).map(([name, each]) => {
        const step = direction.get(name);
        if (step === undefined) return [name, each];
        return [name, { ...each, values: each.values.map((value, at) => value + sign * STEP * step[at]!) }];
      }),
    );
    const moved = outputOf({ ...subject, inputs });
    return moved === null ? Number.NaN : dot(moved.values, dy);
  };
  const numeric = (along(1) - along(-1)) / (2 * STEP);
  let analytic = 0;
  let size = 0;
  for (const [i, name] of names.entries()) {
    const step = direction.get(name)!;
    if (gradients[i]!.length !== step.length) return null;
    analytic += dot(gradients[i]!, step);
    size += dot(gradients[i]!.map(Math.abs), step.map(Math.abs));
  }
  const natural = dot(output.values.map(Math.abs), dy.map(Math.abs));
  const room = DIFFERENCES.rtol * size + DIFFERENCES.atol * natural;
  return Math.abs(numeric - analytic) <= room ? { dy, output: output.values, gradients } : null;
}

/**
 * The relative distance by which a point is moved to find out whether it is at a jump: two units in the last place of
 * single precision.
 */
const JUMP = 2 ** -22;

/**
 * Whether output or gradients in double precision change within the rounding of single precision, for example where
 * a / b is an integer under floor: neither precision is wrong there. All elements of an input are scaled by the same
 * factor, which keeps its ties and zeros.
 */
export function isAtJump(subject: AuditCase, seed: number): boolean {
  const names = floatInputs(subject);
  const output = outputOf(subject);
  if (output === null) return false;
  const dy = Array.from(unequalEntries(output.values.length, uniformNumbers(seed)));
  const gradientsAt = (at: AuditCase) => gradientsOn(float64, at, dy, output.shape);
  try {
    const gradients = gradientsAt(subject);
    return [1, -1].some((side) => {
      const moved = Object.entries(subject.inputs).map(([name, each]) => {
        const sign = names.indexOf(name) % 2 === 0 ? side : -side;
        const values = each.values.map((value) => value * (1 + sign * JUMP));
        return [name, names.includes(name) ? { ...each, values } : each] as const;
      });
      const there = { ...subject, inputs: Object.fromEntries(moved) };
      const came = outputOf(there);
      if (came === null || !near(came.values, output.values)) return true;
      return !gradientsAt(there).every(({ values }, i) => near(values, gradients[i]!.values));
    });
  } catch {
    // A gradient that is refused is not a jump.
    return false;
  }
}

/** Whether output and gradients on `tf` equal those in double precision, element by element, to single precision. */
export function agrees(subject: AuditCase, tf: TF, { dy, output, gradients }: Truth): boolean {
  try {
    const came = tidied(tf, () => {
      const result = subject.forward(tf, tensorsOf(tf, subject));
      return { shape: result.shape, values: Array.from(result.dataSync()) };
    });
    if (!near(came.values, output)) return false;
    const found = gradientsOn(tf, subject, dy, came.shape);
    return found.length === gradients.length && found.every(({ values }, i) => near(values, gradients[i]!));
  } catch {
    return false;
  }
}

function near(came: readonly number[], right: readonly number[]): boolean {
  const largest = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const room = SINGLE.rtol * largest + SINGLE.atol;
  // Written with <= because every comparison with NaN is false.
  return came.length === right.length && came.every((value, at) => Math.abs(value - right[at]!) <= room);
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};
