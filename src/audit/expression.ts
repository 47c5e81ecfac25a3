import type { Tensor, TF } from '../gradcheck/index.ts';

/** A call of an op as data, which can be run and printed as code. */
export interface Call {
  /** As it is called: matMul, image.resizeBilinear. */
  readonly op: string;
  readonly args: readonly Argument[];
  /** Selects one of several results: an index into an array, or a name in a record. */
  readonly pick?: number | string;
}

/** An input of the case, by name. */
export interface InputReference {
  readonly input: string;
}

/** Arguments by name, as tf.fused takes them. */
export interface NamedArguments {
  readonly named: Readonly<Record<string, Argument>>;
}

export type Expression = Call | InputReference;
export type Argument =
  | Expression
  | NamedArguments
  | number
  | boolean
  | string
  | undefined
  | readonly Argument[];

export const input = (name: string): InputReference => ({ input: name });
export const call = (op: string, ...args: readonly Argument[]): Call => ({ op, args });
export const picked = (pick: number | string, op: string, ...args: readonly Argument[]): Call => ({
  op,
  args,
  pick,
});

const isList = (argument: Argument): argument is readonly Argument[] => Array.isArray(argument);

/**
 * Runs an expression.
 *
 * @throws TypeError if `tf` has no such op; any error of the op
 */
export function evaluate(tf: TF, expression: Expression, inputs: Readonly<Record<string, Tensor>>): Tensor {
  const value = (argument: Argument): unknown => {
    if (isList(argument)) return argument.map(value);
    if (typeof argument !== 'object') return argument;
    if ('input' in argument) return inputs[argument.input];
    if ('named' in argument)
      return Object.fromEntries(Object.entries(argument.named).map(([name, each]) => [name, value(each)]));
    const { op, args, pick } = argument;
    const result = opOf(tf, op)(...args.map(value));
    return pick === undefined ? result : (result as Record<string, unknown>)[pick];
  };
  return value(expression) as Tensor;
}

function opOf(tf: TF, op: string): (...args: unknown[]) => unknown {
  let found: unknown = tf;
  for (const key of op.split('.')) found = (found as Record<string, unknown> | undefined)?.[key];
  if (typeof found !== 'function') throw new TypeError(`tf.${op}: expected an op, got ${typeof found}`);
  return found as (...args: unknown[]) => unknown;
}

/** The expression as JavaScript, which refers to inputs by name. */
export function codeOf(argument: Argument): string {
  if (isList(argument)) return `[${argument.map(codeOf).join(', ')}]`;
  if (typeof argument === 'string') return `'${argument}'`;
  if (typeof argument !== 'object') return String(argument);
  if ('input' in argument) return argument.input;
  if ('named' in argument) {
    const fields = Object.entries(argument.named).map(([name, each]) => {
      const code = codeOf(each);
      return code === name ? name : `${name}: ${code}`;
    });
    return `{ ${fields.join(', ')} }`;
  }
  const { op, args, pick } = argument;
  const given = args.slice(0, args.findLastIndex((each) => each !== undefined) + 1).map(codeOf);
  const part = pick === undefined ? '' : typeof pick === 'number' ? `[${pick}]` : `.${pick}`;
  return `tf.${op}(${given.join(', ')})${part}`;
}
