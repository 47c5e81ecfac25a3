import type { Tensor, TF } from '../../src/gradcheck/index.ts';

/** An input of a generated function. Constants are whole numbers or truth values: they have no gradient. */
export interface ProgramInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** `const name = code;` */
export interface Statement {
  readonly name: string;
  readonly code: string;
  /** The op that it is about, as the list of ops calls it. */
  readonly op: string;
  /** The shape of its value. */
  readonly shape: readonly number[];
}

/** `const name = code;` where the module begins. */
export interface Layer {
  readonly name: string;
  readonly code: string;
}

/** A generated function as data: what runs is what is printed. */
export interface Program {
  readonly family: string;
  readonly inputs: readonly ProgramInput[];
  /** Made once, before the first call: layers with their weights. */
  readonly layers: readonly Layer[];
  readonly statements: readonly Statement[];
  readonly output: string;
  /** The float inputs with a path to the output. */
  readonly connected: readonly string[];
}

export type Tensors = Record<string, Tensor>;
export type Forward = (tf: TF, inputs: Tensors) => Tensor;

/** The layers by the names that the code of statements has for them. */
export type Scope = Readonly<Record<string, unknown>>;

/** The layers themselves. */
export function makeLayers(tf: TF, layers: readonly Layer[]): Scope {
  return Object.fromEntries(
    layers.map(({ name, code }) => [name, new Function('tf', `return ${code};`)(tf) as unknown]),
  );
}

/** The code of a forward function. */
export function forwardCode(
  { inputs, output }: Pick<Program, 'inputs' | 'output'>,
  statements: readonly Statement[],
): string {
  const lines = [
    `const { ${inputs.map(({ name }) => name).join(', ')} } = inputs;`,
    ...statements.map(({ name, code }) => `const ${name} = ${code};`),
    `return ${output};`,
  ];
  return `(tf, inputs) => {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
}

/** Compiles generated code, which is this script's own. */
export const compile = <Result>(scope: Scope, code: string): Result =>
  new Function(...Object.keys(scope), code)(...Object.values(scope)) as Result;

/** The float inputs, which need gradients. */
export const floats = ({ inputs }: Pick<Program, 'inputs'>): readonly ProgramInput[] =>
  inputs.filter(({ dtype }) => dtype === 'float32');

/** Fresh tensors of the inputs, some of them replaced. */
export function tensorsOf(
  tf: TF,
  inputs: readonly ProgramInput[],
  replaced: Readonly<Record<string, ArrayLike<number>>> = {},
): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, shape, values, dtype }) => [
      name,
      tf.tensor(Array.from(replaced[name] ?? values), [...shape], dtype),
    ]),
  );
}

/** tf.tidy for results that are not tensors. */
export function tidy<Result>(tf: TF, f: () => Result): Result {
  let result: Result | undefined;
  tf.tidy(() => {
    result = f();
  });
  return result as Result;
}

/** Gradients of the inputs named, as numbers; null where there is no path. dy is ones where it is not given. */
export function gradientsOf(
  tf: TF,
  forward: Forward,
  inputs: readonly ProgramInput[],
  names: readonly string[],
  dy?: ArrayLike<number>,
): (Float64Array | null)[] {
  return tidy(tf, () => {
    const tensors = tensorsOf(tf, inputs);
    const shape = forward(tf, tensors).shape;
    const upstream = dy === undefined ? tf.ones(shape) : tf.tensor(Array.from(dy), shape);
    const { grads } = tf.engine().gradients(
      () => forward(tf, tensors),
      names.map((name) => tensors[name]!),
      upstream,
      true,
    ) as { grads: (Tensor | null | undefined)[] };
    return grads.map((gradient) => (gradient == null ? null : Float64Array.from(gradient.dataSync())));
  });
}
