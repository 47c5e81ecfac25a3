import { sizeOf } from '../../numerics/shape.ts';
import { GradcheckInputError } from '../errors.ts';
import type { Outputs, Tensor, TF } from '../types.ts';
import { isForeign, whatToAdd } from './foreign.ts';
import { describe, multiIndex } from './readInput.ts';

/** One output tensor of forward: its key in the array or record, and the position of its values in the flat array. */
interface Part {
  readonly key: string;
  readonly shape: readonly number[];
  readonly start: number;
}

/**
 * How the outputs of a function are laid out in one flat array. The checker works on one output: a single tensor keeps
 * its shape, several become one vector.
 */
export interface Layout {
  readonly kind: 'tensor' | 'array' | 'record';
  readonly parts: readonly Part[];
  /** Shape of the flat values. */
  readonly shape: readonly number[];
}

/**
 * The layout of the outputs that a function returned.
 * @param who the spec and its function, for messages: `spec: forward`
 * @throws GradcheckInputError for anything but a float tensor of tf, or an array or record of them
 */
export function layoutOf(tf: TF, returned: unknown, who: string): Layout {
  refusePromise(returned, who);
  if (isTensorLike(returned)) {
    assertFloat(tf, returned, `${who} returned`, '');
    return { kind: 'tensor', parts: [{ key: '', shape: returned.shape, start: 0 }], shape: returned.shape };
  }
  const list = Array.isArray(returned);
  const record = typeof returned === 'object' && returned !== null && isPlain(returned);
  const entries = list || record ? Object.entries(returned as Record<string, unknown>) : [];
  if (entries.length === 0) {
    const got = list ? 'an empty list' : record ? 'an empty record' : describe(returned);
    throw new GradcheckInputError(
      `${who} returned ${got}: expected a tensor, or a list or record of tensors`,
    );
  }
  const parts: Part[] = [];
  let size = 0;
  for (const [key, value] of entries) {
    const place = list ? `[${key}]` : `.${key}`;
    if (!isTensorLike(value))
      throw new GradcheckInputError(`${who} returned ${describe(value)} at ${place}: expected a tensor`);
    assertFloat(tf, value, `${who} returned`, ` at ${place}`);
    parts.push({ key, shape: value.shape, start: size });
    size += value.size;
  }
  return { kind: list ? 'array' : 'record', parts, shape: [size] };
}

/** @throws GradcheckInputError for a promise, whose later rejection is then ignored */
export function refusePromise(returned: unknown, who: string): void {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return;
  Promise.resolve(returned).catch(() => {});
  throw new GradcheckInputError(
    `${who} returned a promise: ${who.split(': ').at(-1)} must be synchronous (dataSync() in place of await data())`,
  );
}

function assertFloat(tf: TF, tensor: Tensor, returned: string, place: string): void {
  const bad = (problem: string) => new GradcheckInputError(`${returned} ${problem}`);
  if (tensor.isDisposed) throw bad(`a disposed tensor${place}`);
  if (isForeign(tf, tensor))
    throw bad(`a tensor of another TensorFlow.js${place}, which the code imports: ${whatToAdd()}`);
  if (!(tensor instanceof tf.Tensor)) throw bad(`${describe(tensor)}${place}: expected a tensor`);
  if (tensor.dtype !== 'float32') {
    const article = tensor.dtype === 'int32' ? 'an' : 'a';
    throw bad(`${article} ${tensor.dtype} tensor${place}: expected a float one`);
  }
  if (tensor.size === 0) throw bad(`an empty tensor${place}, shape [${tensor.shape}]`);
}

/** The output tensors, in the order of the layout. */
function tensorsOf(outputs: Outputs, { kind, parts }: Layout): Tensor[] {
  return kind === 'tensor'
    ? [outputs as Tensor]
    : parts.map(({ key }) => (outputs as Record<string, Tensor>)[key]!);
}

/** The flat values of outputs with this layout. */
export function flatValues(outputs: Outputs, layout: Layout): Float64Array {
  const tensors = tensorsOf(outputs, layout);
  if (tensors.length === 1) return new Float64Array(tensors[0]!.dataSync());
  const values = new Float64Array(sizeOf(layout.shape));
  for (const [i, { start }] of layout.parts.entries()) values.set(tensors[i]!.dataSync(), start);
  return values;
}

/** The outputs as one differentiable tensor of the layout's shape. */
export function joined(tf: TF, outputs: Outputs, layout: Layout): Tensor {
  if (layout.kind === 'tensor') return outputs as Tensor;
  return tf.concat(tensorsOf(outputs, layout).map((tensor) => tf.reshape(tensor, [-1])));
}

/** Cuts flat values into tensors, in the structure of the outputs. */
export function cut(
  values: Float64Array,
  { kind, parts }: Layout,
  tensor: (values: Float64Array, shape: readonly number[]) => Tensor,
): Outputs {
  const tensors = parts.map(({ shape, start }) => tensor(values.slice(start, start + sizeOf(shape)), shape));
  if (kind === 'tensor') return tensors[0]!;
  if (kind === 'array') return tensors;
  return Object.fromEntries(parts.map(({ key }, i) => [key, tensors[i]!]));
}

/** The name of a flat position in messages: [0,1], [2][0,1] or .mean[0,1]. */
export function placeIn({ kind, parts }: Layout, flat: number): string {
  const { key, shape, start } = parts.findLast((part) => part.start <= flat)!;
  const which = { tensor: '', array: `[${key}]`, record: `.${key}` }[kind];
  return `${which}[${multiIndex(shape, flat - start)}]`;
}

/** How two layouts differ, or null. */
export function layoutDifference(first: Layout, second: Layout): string | null {
  const words = ({ kind, parts }: Layout): string => {
    const shapes = parts.map(({ key, shape }) => `${kind === 'record' ? `${key} ` : ''}[${shape}]`);
    if (kind === 'tensor') return `shape ${shapes[0]}`;
    return `${kind === 'array' ? 'an array' : 'a record'} of ${shapes.join(', ')}`;
  };
  return words(first) === words(second) ? null : `${words(first)}, then ${words(second)}`;
}

export function isTensorLike(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'dtype' in value;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
