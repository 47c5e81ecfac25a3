import { errorText, GradcheckInputError } from '../errors.ts';
import type { GivenVariables, TF, Variable, WithWeights } from '../types.ts';
import { isForeign, whatToAdd } from './foreign.ts';
import { refusePromise } from './outputs.ts';
import { describe, type Input } from './readInput.ts';

/**
 * The variables of a spec as inputs of the checker, with their current values; each variable once.
 * @param taken names already in use
 * @throws GradcheckInputError for anything but float variables of tf, one line
 */
export function readVariables(
  tf: TF,
  spec: string,
  given: GivenVariables,
  taken: readonly string[],
): Input[] {
  const fail = (problem: string): never => {
    throw new GradcheckInputError(`${spec}: variables: ${problem}`);
  };
  const found = new Map<Variable, Input>();
  const names = new Set(taken);
  const add = (variable: Variable, name: string): void => {
    if (variable.isDisposed) fail(`${name} is disposed: expected a variable that holds values`);
    if (isForeign(tf, variable))
      fail(`${name} belongs to another TensorFlow.js, which the code imports: ${whatToAdd()}`);
    if (variable.dtype !== 'float32') fail(`${name} is of type ${variable.dtype}: expected a float one`);
    if (found.has(variable)) return;
    const values = Float64Array.from(variable.dataSync());
    const bad = values.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) fail(`${name}: expected finite numbers, got ${values[bad]} at element ${bad}`);
    const { shape, size } = variable;
    if (size === 0) fail(`${name}: expected at least one element, got shape [${shape}]`);
    const unique = uniqueName(name, names);
    names.add(unique);
    found.set(variable, { name: unique, shape, size, dtype: 'float32', values, constant: false, variable });
  };
  for (const { variable, name } of flatten(resolve(given, fail), fail)) add(variable, name);
  if (found.size === 0) fail('expected at least one, got none (is the layer built, and trainable?)');
  return [...found.values()];
}

function resolve(given: GivenVariables, fail: (problem: string) => never): unknown {
  if (typeof given !== 'function') return given;
  let returned: unknown;
  try {
    returned = given();
  } catch (error) {
    return fail(`the function threw: ${errorText(error)}`);
  }
  refusePromise(returned, 'variables: the function');
  return returned;
}

interface Named {
  readonly variable: Variable;
  readonly name: string;
}

/** Without a limit, arrays nested 20,000 deep would overflow the stack. */
const MOST_LEVELS = 100;

/** Every variable of a nested structure, with its name. */
function flatten(given: unknown, fail: (problem: string) => never): Named[] {
  const open = new Set<unknown>();
  const walk = (value: unknown, key: string | null, at: string): Named[] => {
    if (isVariableLike(value)) return [{ variable: value, name: key ?? ownName(value) ?? at }];
    if (typeof value !== 'object' || value === null || 'then' in value) {
      const place = at === 'variables' ? '' : ` at ${at}`;
      return fail(
        `expected a tf.Variable, a layer, a model, or an array or record of them, got ${describe(value)}${place}`,
      );
    }
    if (open.has(value)) fail('expected a list or record, got one that contains itself');
    if (open.size > MOST_LEVELS)
      fail(`expected lists and records within each other ${MOST_LEVELS} deep, got more`);
    open.add(value);
    const inner = hasWeights(value)
      ? value.trainableWeights.map((weight, i) => walk(weight.read(), null, `${at}[${i}]`))
      : Array.isArray(value)
        ? value.map((each, i) => walk(each, null, `${at}[${i}]`))
        : Object.entries(value).map(([name, each]) => walk(each, name, `${at}.${name}`));
    open.delete(value);
    const all = inner.flat();
    // If there are several under one key of a record, each name gets the key as a prefix.
    return key === null ? all : all.map((one) => ({ ...one, name: `${key}/${one.name}` }));
  };
  return walk(given, null, 'variables');
}

/** The name that the user gave a variable; null if TensorFlow.js numbered it. */
export function ownName({ name }: { readonly name: string }): string | null {
  return /^\d+$/.test(name) ? null : name;
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`;
  return unique;
}

function isVariableLike(value: unknown): value is Variable {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'assign' in value;
}

function hasWeights(value: object): value is WithWeights {
  return 'trainableWeights' in value && Array.isArray(value.trainableWeights);
}
