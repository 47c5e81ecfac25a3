import { errorText } from './errors.ts';
import { Duals, type ExactSubject, exactCheck } from './exact/index.ts';
import type { DualElement } from './numeric/elements.ts';
import { joined, type Layout } from './spec/outputs.ts';
import type { Subject, Values } from './spec/subject.ts';
import type { ExactOutcome, Outputs, Tensor, TF } from './types.ts';

/** Decides a subject's gradients over finite fields; what goes wrong on the way is a cause, never a throw. */
export function runExact(subject: Subject, seed: number): ExactOutcome {
  try {
    const { taint, verdict, cause, bound, lanes, degree, branches, elements, kinks, sides } = subject.guarded(
      () => exactCheck(subject.tf, exactSubjectOf(subject), { seed: seed + 1 }),
    );
    const bySide = Object.entries(sides).map(([side, found]) => [side, found.verdict] as const);
    const about = { sides: Object.fromEntries(bySide), bound, lanes, degree, branches };
    // At a kink the numeric check decides: more gradients are right there than the one of TensorFlow.js's convention.
    if (kinks > 0 && verdict !== 'cannot prove')
      return {
        ...about,
        verdict: 'not proved',
        cause: 'the point is exactly at a kink or a tie',
        elements: [],
      };
    // Rounding may be behind what only double precision refutes; the numeric check measures it.
    if (taint !== undefined) return { ...about, verdict: 'not proved', cause: taint, elements: [] };
    return { ...about, verdict, cause, elements };
  } catch (error) {
    return {
      verdict: 'cannot prove',
      cause: `the exact check failed: ${errorText(error)}`,
      sides: {},
      bound: null,
      lanes: 0,
      degree: null,
      branches: 'none',
      elements: [],
    };
  }
}

/**
 * Elements of the gradient by dual numbers, whose error is rounding alone.
 * @param dy the upstream gradient that is contracted with
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

/** The subject as the exact check takes it: one output, variables by name. */
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

/** The flat upstream gradient in the structure of the outputs. */
function parted(tf: TF, dy: Tensor, { kind, parts }: Layout): Outputs {
  if (kind === 'tensor') return dy;
  const tensors = parts.map(({ shape, start }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.reshape(tf.slice(dy, [start], [size]), [...shape]);
  });
  if (kind === 'array') return tensors;
  return Object.fromEntries(parts.map(({ key }, i) => [key, tensors[i]!]));
}

/** Differences of more than this part are in reach of finite differences as well. */
const IN_REACH = 1e-6;

/** The effect of the exact verdict on that of the numbers. */
export type Joined = 'nothing' | 'refutes' | 'contradicts';

/**
 * Joins the two verdicts on the side that is checked. A refutation below what differences can see refutes; one in their reach that they pass, or a
 * proof of what they fail, is a contradiction: one of the two has a fault, and it is ours.
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
