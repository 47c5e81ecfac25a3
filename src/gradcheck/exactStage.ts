import { sizeOf } from '../numerics/shape.ts';
import { errorText } from './errors.ts';
import {
  Coverages,
  Duals,
  type ExactResult,
  type ExactSubject,
  exactCheck,
  nearby,
  suspicious,
} from './exact/index.ts';
import type { DualElement } from './numeric/elements.ts';
import { joined, type Layout } from './spec/outputs.ts';
import type { Settings } from './spec/readSpec.ts';
import type { Subject, Values } from './spec/subject.ts';
import type { ExactOutcome, FurtherPoint, Outputs, Tensor, TF } from './types.ts';

/**
 * Checks a subject's gradients over finite fields. It never throws: an error becomes the cause of `cannot prove`. If
 * the proof covers only the branches taken at the inputs, or the inputs are at a kink, further points nearby are tried
 * until one refutes the gradient.
 */
export function runExact(
  subject: Subject,
  { seed, points: of }: Pick<Settings, 'seed' | 'points'>,
): { readonly exact: ExactOutcome; readonly refutedAt: FurtherPoint | null } {
  const { exact, patterns } = exactAt(subject, seed, true);
  if (of === 0 || exact.branches !== 'point' || exact.verdict === 'refuted')
    return { exact, refutedAt: null };
  const seen = new Coverages();
  seen.add(patterns);
  let proved = 0;
  let cause: string | null = null;
  for (let number = 1; number <= of; number++) {
    const values = Object.fromEntries(
      subject.checked.differentiable.map((input, k) => [
        input.name,
        nearby(input.values, (seed * of + number) * 31 + k),
      ]),
    );
    const there = subject.at(values, (moved) => exactAt(moved, seed, false));
    if (there.exact.verdict === 'refuted')
      return { exact, refutedAt: { number, of, values: mapped(values, (each) => Array.from(each)) } };
    if (there.exact.verdict === 'proved') proved++;
    else cause ??= there.exact.cause;
    seen.add(there.patterns);
  }
  return { exact: { ...exact, points: { tried: of, proved, cause, seen: seen.result() } }, refutedAt: null };
}

const mapped = <From, To>(
  values: Readonly<Record<string, From>>,
  f: (value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, f(value)]));

/** The exact verdict at a subject's own inputs. */
function exactAt(
  subject: Subject,
  seed: number,
  free: boolean,
): { readonly exact: ExactOutcome; readonly patterns: ExactResult['patterns'] } {
  try {
    const result = subject.guarded(() =>
      exactCheck(subject.tf, exactSubjectOf(subject), { seed: seed + 1, free }),
    );
    return { exact: outcomeOf(result), patterns: result.patterns };
  } catch (error) {
    const exact: ExactOutcome = {
      verdict: 'cannot prove',
      cause: `the exact check failed: ${errorText(error)}`,
      sides: {},
      bound: null,
      lanes: 0,
      degree: null,
      branches: 'none',
      points: null,
      elements: [],
    };
    return { exact, patterns: [] };
  }
}

function outcomeOf({ taint, verdict, cause, kinks, elements, ...result }: ExactResult): ExactOutcome {
  const { bound, lanes, degree, branches } = result;
  const sides = mapped(result.sides, (side) => side.verdict);
  const about = { sides, bound, lanes, degree, branches, points: null };
  const open = (why: string): ExactOutcome => ({
    ...about,
    verdict: 'not proved',
    cause: why,
    elements: [],
  });
  // At a kink the numeric check decides, because gradients other than that of TensorFlow.js's convention are right too.
  if (kinks > 0 && verdict !== 'cannot prove') return open('the point is exactly at a kink or a tie');
  // If only double precision refutes the gradient, rounding may be the reason; the numeric check measures that.
  if (taint !== undefined) return open(taint);
  return { ...about, verdict, cause, elements };
}

/**
 * Elements of the gradient by dual numbers, whose only error is rounding.
 * @param dy the upstream gradient that the output is contracted with
 */
export function dualElements(subject: Subject, dy: Values): DualElement {
  let duals: Duals | null = null;
  return (input, flat) => {
    try {
      duals ??= new Duals(subject.tf, exactSubjectOf(subject), dy.shape);
      const made = duals;
      return subject.guarded(() => made.element(input, flat, dy.values));
    } catch {
      return null;
    }
  };
}

/** Positions in each input whose gradient dual numbers contradict; the differences check them. */
export function dualSuspects(
  subject: Subject,
  dy: Values,
  seed: number,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  try {
    const elements = subject.guarded(() =>
      suspicious(subject.tf, exactSubjectOf(subject), dy.shape, seed + 1),
    );
    for (const { name, flat } of elements) found.set(name, [...(found.get(name) ?? []), flat]);
  } catch {
    // A kernel without a rule, or a value that is not finite.
  }
  return found;
}

/** The subject in the form that the exact check takes: one output, variables by name. */
function exactSubjectOf({ checked, layout }: Subject): ExactSubject {
  const { forward, backward, gradientOf } = checked.spec;
  const single =
    (f: (tf: TF, inputs: Record<string, Tensor>) => Outputs) => (tf: TF, inputs: Record<string, Tensor>) =>
      joined(tf, f(tf, inputs), layout);
  return {
    inputs: checked.inputs
      .filter(({ variable }) => variable === null)
      .map((input) => ({ ...input, differentiated: checked.differentiable.includes(input) })),
    variables: Object.fromEntries(
      checked.inputs.flatMap(({ name, variable }) => (variable === null ? [] : [[name, variable]])),
    ),
    forward: single(forward.bind(checked.spec)),
    ...(backward === undefined
      ? {}
      : {
          backward: (tf: TF, inputs: Record<string, Tensor>, dy: Tensor) =>
            backward.call(checked.spec, tf, inputs, parted(tf, dy, layout) as never) as Record<
              string,
              Tensor
            >,
        }),
    ...(gradientOf === undefined ? {} : { gradientOf: single(gradientOf.bind(checked.spec)) }),
  };
}

/** Splits the flat upstream gradient into the structure of the outputs. */
function parted(tf: TF, dy: Tensor, { kind, parts }: Layout): Outputs {
  if (kind === 'tensor') return dy;
  const tensors = parts.map(({ shape, start }) => {
    const size = sizeOf(shape);
    return tf.reshape(tf.slice(dy, [start], [size]), [...shape]);
  });
  if (kind === 'array') return tensors;
  return Object.fromEntries(parts.map(({ key }, i) => [key, tensors[i]!]));
}

/** Relative error above which finite differences see a wrong gradient as well. */
const IN_REACH = 1e-6;

/** The effect of the exact verdict on the verdict of the differences. */
export type Joined = 'nothing' | 'refutes' | 'contradicts';

/**
 * Combines the two verdicts on the checked side. A refutation by errors too small for differences to see stands. A
 * refutation that the differences should have seen but passed, or a proof of a gradient that they fail, is a
 * contradiction: one of the two checks has a bug, in this package.
 */
export function joinVerdicts(exact: ExactOutcome | null, numbers: 'pass' | 'fail' | 'open'): Joined {
  if (exact === null) return 'nothing';
  if (exact.verdict === 'proved') return numbers === 'fail' ? 'contradicts' : 'nothing';
  if (exact.verdict !== 'refuted' || numbers === 'fail') return 'nothing';
  if (exact.elements.length === 0) return 'contradicts';
  const visible = exact.elements.some(({ yours, autodiff, numeric }) => {
    const value = yours ?? autodiff ?? Number.NaN;
    const right = numeric ?? autodiff ?? Number.NaN;
    return !(Math.abs(value - right) <= IN_REACH * Math.max(Math.abs(value), Math.abs(right)));
  });
  return visible && numbers === 'pass' ? 'contradicts' : 'refutes';
}
