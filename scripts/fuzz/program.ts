import type { Tensor, TF } from '../../src/gradcheck/index.ts';

/** An input of a generated function. Constants are integers or booleans, and have no gradient. */
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
  /** The op, by its name in the list of ops. */
  readonly op: string;
  /** The shape of its value. */
  readonly shape: readonly number[];
}

/** `const name = code;` at the top of the module. */
export interface Layer {
  readonly name: string;
  readonly code: string;
}

/** A generated function as data, which is both run and printed. */
export interface Program {
  readonly family: string;
  readonly inputs: readonly ProgramInput[];
  /** Layers with their weights, made once, before the first call. */
  readonly layers: readonly Layer[];
  readonly statements: readonly Statement[];
  readonly output: string;
  /** The float inputs with a path to the output. */
  readonly connected: readonly string[];
}

export type Tensors = Record<string, Tensor>;
export type Forward = (tf: TF, inputs: Tensors) => Tensor;

/** The layers, by their names in the code of statements. */
export type Scope = Readonly<Record<string, unknown>>;

/** Makes the layers. */
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

/** New tensors for the inputs, with replaced values for some of them. */
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

/** The gradients of the named inputs as numbers; null for inputs without a path. dy defaults to ones. */
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
