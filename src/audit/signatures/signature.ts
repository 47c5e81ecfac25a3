import type { Attributes } from '../../results/audit.ts';
import type { AuditCase } from '../case.ts';
import { type Expression, evaluate } from '../expression.ts';
import type { Choices } from '../generate/choices.ts';
import type { CaseValues } from '../values.ts';

/** One call of an op. */
export interface Drawn {
  readonly attributes?: Attributes;
  readonly inputs: Readonly<Record<string, CaseValues>>;
  readonly expression: Expression;
}

/** An op and how to draw its arguments: shapes, attributes and values, by choices. */
export interface Signature {
  /** The kernel whose registered gradient is checked. */
  readonly kernel: string;
  /** The op as it is called: tf.OP. */
  readonly op: string;
  /** May return a call that the op refuses: that is not a case. */
  readonly draw: (choices: Choices) => Drawn;
}

/** A case that can be printed as code. */
export interface GeneratedCase extends AuditCase {
  readonly expression: Expression;
}

/** The case that the choices make from a signature. */
export function caseOf({ kernel, op, draw }: Signature, choices: Choices): GeneratedCase {
  const { attributes = {}, inputs, expression } = draw(choices);
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  return {
    kernel,
    op,
    attributes,
    inputs,
    shapes,
    expression,
    forward: (tf, tensors) => evaluate(tf, expression, tensors),
  };
}
