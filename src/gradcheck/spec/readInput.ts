import { sizeOf } from '../../numerics/shape.ts';
import { errorText, GradcheckInputError } from '../errors.ts';
import type { Tensor, TensorLike, Variable } from '../types.ts';

type Values = Float64Array | Int32Array | Uint8Array;

/** The checker's copy of an input or a variable: flat, in double precision, never passed to the spec itself. */
export interface Input {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** float32 means floating point, in either precision. */
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Values;
  /** Passed to forward, but not differentiated. */
  readonly constant: boolean;
  /** The variable that gets the values before each run; null for an input, which is passed to forward. */
  readonly variable: Variable | null;
}

/** Whether an input needs a gradient. */
export const isDifferentiable = ({ dtype, constant }: Input): boolean => dtype === 'float32' && !constant;

const INTEGER_ARRAYS = new Set(['Int32Array', 'Uint8Array', 'Uint8ClampedArray']);

/**
 * Reads one input: nested numbers, a typed array, { values, shape } or a tensor of any TensorFlow.js.
 * @throws GradcheckInputError in one line, with the spec, the input, the expected value and the actual one
 */
export function readInput(spec: string, name: string, value: TensorLike): Input {
  const fail = (problem: string): never => {
    throw new GradcheckInputError(`${spec}: input ${name}: ${problem}`);
  };
  const raw = readRaw(value, fail);
  const size = sizeOf(raw.shape);
  if (raw.shape.some((length) => !Number.isInteger(length) || length < 0))
    fail(`expected a shape of whole numbers, got [${raw.shape}]`);
  if (size === 0) fail(`expected at least one element, got shape [${raw.shape}]`);
  if (raw.values.length !== size)
    fail(`expected ${size} values for shape [${raw.shape}], got ${raw.values.length}`);
  for (let i = 0; i < size; i++) {
    const given = raw.values[i];
    if (typeof given !== 'number' && typeof given !== 'boolean')
      fail(`expected numbers, got ${describe(given)} at ${place(raw.shape, i)}`);
  }
  const values = toValues(raw.values, raw.dtype);
  for (let i = 0; i < size; i++) {
    const given = raw.values[i];
    if (!Number.isFinite(values[i]))
      fail(`expected finite numbers, got ${values[i]} at ${place(raw.shape, i)}`);
    if (raw.dtype === 'int32' && values[i] !== Number(given))
      fail(`expected whole numbers within ±2^31 for int32, got ${given} at ${place(raw.shape, i)}`);
  }
  return {
    name,
    shape: raw.shape,
    size,
    dtype: raw.dtype,
    values,
    constant: raw.constant ?? false,
    variable: null,
  };
}

interface Raw {
  readonly values: ArrayLike<unknown>;
  readonly shape: readonly number[];
  readonly dtype: Input['dtype'];
  readonly constant?: boolean;
}
type Fail = (problem: string) => never;

function readRaw(value: unknown, fail: Fail): Raw {
  if (typeof value === 'number') return { values: [value], shape: [], dtype: 'float32' };
  if (ArrayBuffer.isView(value)) {
    const values = value as unknown as ArrayLike<number>;
    const integer = INTEGER_ARRAYS.has(Object.prototype.toString.call(value).slice(8, -1));
    return { values, shape: [values.length], dtype: integer ? 'int32' : 'float32' };
  }
  if (Array.isArray(value)) return readNested(value, fail);
  if (isTensor(value)) return readTensor(value, fail);
  if (isShaped(value)) {
    const dtype = value.dtype ?? 'float32';
    if (!['float32', 'int32', 'bool'].includes(dtype))
      return fail(`expected dtype float32, int32 or bool, got ${describe(dtype)}`);
    const { constant = false } = value;
    if (typeof constant !== 'boolean')
      return fail(`constant: expected true or false, got ${describe(constant)}`);
    if (typeof value.values?.length !== 'number')
      return fail(`values: expected a flat array of numbers, got ${describe(value.values)}`);
    return { values: value.values, shape: [...value.shape], dtype, constant };
  }
  return fail(`expected numbers, a typed array, { values, shape } or a tensor, got ${describe(value)}`);
}

/** More than any op takes. Without a limit, arrays nested 20,000 deep would overflow the stack. */
const MOST_DIMENSIONS = 32;

function readNested(value: readonly unknown[], fail: Fail): Raw {
  const shape: number[] = [];
  const levels = new Set<unknown>();
  for (let level: unknown = value; Array.isArray(level); level = level[0]) {
    if (levels.has(level)) fail('expected nested numbers, got a list that contains itself');
    levels.add(level);
    shape.push(level.length);
    if (shape.length > MOST_DIMENSIONS) fail(`expected at most ${MOST_DIMENSIONS} dimensions, got more`);
  }
  const flat: unknown[] = [];
  const walk = (node: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (Array.isArray(node)) fail(`ragged nesting: expected a number at ${path}, got a list`);
      flat.push(node);
      return;
    }
    const list = Array.isArray(node)
      ? (node as unknown[])
      : fail(`ragged nesting: expected a list at ${path}, got ${describe(node)}`);
    if (list.length !== shape[depth])
      fail(`ragged nesting: expected ${shape[depth]} entries at ${path || 'the top'}, got ${list.length}`);
    list.forEach((child, i) => {
      walk(child, depth + 1, `${path}[${i}]`);
    });
  };
  walk(value, 0, '');
  return { values: flat, shape, dtype: typeof flat[0] === 'boolean' ? 'bool' : 'float32' };
}

function readTensor(tensor: Tensor, fail: Fail): Raw {
  const { dtype } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    return fail(`expected a float32, int32 or bool tensor, got ${dtype}`);
  try {
    return { values: tensor.dataSync(), shape: [...tensor.shape], dtype };
  } catch (error) {
    return fail(`the tensor cannot be read: ${errorText(error)}`);
  }
}

function toValues(values: ArrayLike<unknown>, dtype: Input['dtype']): Values {
  const numbers = values instanceof Float64Array ? values.slice() : Float64Array.from(values, Number);
  if (dtype === 'float32' || !numbers.every(Number.isFinite)) return numbers;
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers, (x) => (x === 0 ? 0 : 1));
}

function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === 'object' && value !== null && 'dataSync' in value && 'dtype' in value && 'shape' in value
  );
}

function isShaped(
  value: unknown,
): value is { values: ArrayLike<unknown>; shape: number[]; dtype?: Input['dtype']; constant?: boolean } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'values' in value &&
    'shape' in value &&
    Array.isArray(value.shape)
  );
}

/** Describes a wrong value in a few words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 20))}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object')
    return 'then' in value ? 'a promise' : `an object (${value.constructor?.name})`;
  return `${typeof value} ${String(value)}`;
}

/** Multi-index of a flat index, row-major. */
export function multiIndex(shape: readonly number[], flat: number): number[] {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    index[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
  return index;
}

const place = (shape: readonly number[], flat: number): string => `[${multiIndex(shape, flat)}]`;
