import * as float64 from 'backproof/float64';
import { PLAIN } from '../../../src/gradcheck/exact/dual.ts';
import { type ExactOptions, type ExactResult, exactCheck } from '../../../src/gradcheck/exact/index.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import { Setting } from '../../../src/gradcheck/exact/sides.ts';
import type { ExactSubject } from '../../../src/gradcheck/exact/subject.ts';
import { readInput } from '../../../src/gradcheck/spec/readInput.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { sizeOf } from '../../../src/numerics/shape.ts';

export const tf: TF = float64;

/** A spec in the form that the exact check takes. */
export function subjectOf<Name extends string>(spec: GradcheckSpec<Name>): ExactSubject {
  const inputs = Object.entries(spec.inputs ?? {}).map(([name, given]) =>
    readInput('spec', name, given as number),
  );
  const { forward, backward, gradientOf } = spec as unknown as ExactSubject;
  return {
    inputs,
    forward,
    ...(backward === undefined ? {} : { backward }),
    ...(gradientOf === undefined ? {} : { gradientOf }),
  };
}

export const exact = <Name extends string>(
  spec: GradcheckSpec<Name>,
  options: ExactOptions = {},
): ExactResult => exactCheck(tf, subjectOf(spec), options);

/** The identity of x, with a gradient changed by f. */
export const withGradient = (library: TF, x: Tensor, f: (dy: Tensor) => Tensor): Tensor =>
  library.customGrad((value) => ({ value: library.clone(value as Tensor), gradFunc: (dy: Tensor) => f(dy) }))(
    x,
  );

/** 1 in one place of a shape, 0 elsewhere. */
export function oneAt(library: TF, shape: readonly number[], flat: number): Tensor {
  const size = sizeOf(shape);
  // oneHot needs at least two classes.
  if (size === 1) return library.ones(shape as number[]);
  return library.reshape(library.oneHot([flat], size, 1, 0, 'float32'), shape as number[]);
}

/** The spec with one element of one input's gradient changed. */
export function planted(
  spec: GradcheckSpec,
  input: string,
  flat: number,
  change: (library: TF, dy: Tensor, mask: Tensor) => Tensor,
): GradcheckSpec {
  return {
    inputs: spec.inputs,
    forward: (library, inputs) => {
      const x = inputs[input]!;
      const wrong = withGradient(library, x, (dy) => change(library, dy, oneAt(library, x.shape, flat)));
      return spec.forward(library, { ...inputs, [input]: wrong });
    },
  };
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

export const PRIME = 1048343;

export const input = (name: string, values: readonly number[], more = {}) => ({
  ...{ name, shape: [values.length], dtype: 'float32' as const, values },
  ...more,
});

/** A subject with an output of so many elements, in lanes over one prime. */
export const settingOf = (
  subject: ExactSubject,
  size: number,
  { lanes = 1, exponents = false, seed = 1 } = {},
): Setting =>
  new Setting(
    tf,
    subject,
    range(lanes).map((k) => new Lane(PRIME, 7 * k + seed)),
    { ...PLAIN, exponents },
    [size],
    seed,
  );
