import { sizeOf } from '../../../numerics/shape.ts';
import { degree } from '../algebra.ts';
import type { Call, Rule } from '../call.ts';
import { aboutOf, type Entry, type Numbers } from '../entry.ts';
import type { Vec } from '../field.ts';
import type { World } from '../world.ts';

/** The largest of several degrees, which bounds the degree of every element. */
export const widest = (vecs: readonly Vec[]): Vec =>
  degree(Math.max(...vecs.map(({ re }) => re[0]!)), Math.max(...vecs.map(({ re }) => re[1]!)));

/**
 * The elements at the given handles in several concatenated entries: 1 is the first element, 0 the fill, which is a
 * constant.
 */
export function gather(
  world: World,
  sources: readonly Entry[],
  handles: ArrayLike<number>,
  fill?: Entry,
): Entry {
  const offsets = new Array<number>(sources.length);
  let total = 1;
  for (const [s, { size }] of sources.entries()) {
    offsets[s] = total;
    total += size;
  }
  const pick = (first: number, planes: readonly (Float64Array | null)[]): Float64Array | null => {
    if (planes.every((plane) => plane === null)) return null;
    const all = new Float64Array(total);
    all[0] = first;
    for (const [s, plane] of planes.entries()) if (plane !== null) all.set(plane, offsets[s]);
    const out = new Float64Array(handles.length);
    for (let k = 0; k < out.length; k++) out[k] = all[handles[k]!]!;
    return out;
  };
  const filled = fill === undefined ? sources : [...sources, fill];
  const about = aboutOf(filled, true);
  const every = (key: 'faithful' | 'pure') => filled.every((source) => source.about[key]);
  const whole = { ...about, faithful: every('faithful'), pure: every('pure') };
  return world.make(handles.length, whole, (algebra, lane): Numbers => {
    const numbers = sources.map((source) => source.numbers[lane]!);
    const tangents = numbers.map(({ tangent }) => tangent);
    const untouched = !world.tangents || tangents.every((tangent) => tangent === null);
    if (algebra.kind === 'degrees') {
      const value = widest(numbers.map((each) => each.value));
      const moving = tangents.filter((tangent) => tangent !== null);
      return { value, tangent: untouched ? null : widest(moving), exponent: null };
    }
    const first = fill?.numbers[lane];
    const re = pick(
      first?.value.re[0] ?? 0,
      numbers.map(({ value }) => value.re),
    )!;
    const im = pick(
      0,
      numbers.map(({ value }) => value.im),
    );
    const tangent = untouched
      ? null
      : {
          re: pick(
            0,
            tangents.map((each) => each?.re ?? null),
          )!,
          im: pick(
            0,
            tangents.map((each) => each?.im ?? null),
          ),
        };
    if (!world.options.exponents) return { value: { re, im }, tangent, exponent: null };
    const exponents = filled.map((source) => source.exponent(lane));
    const own = exponents.slice(0, sources.length);
    return {
      value: { re, im },
      tangent,
      exponent: {
        q: pick(
          first?.exponent?.q[0] ?? 0,
          own.map(({ q }) => q),
        )!,
        sign: pick(
          0,
          own.map(({ sign }) => sign),
        ),
        lost: exponents.some(({ lost }) => lost),
        random: exponents.some(({ random }) => random),
      },
    };
  });
}

/**
 * For every output, the handles of its elements among those of the named inputs, numbered from 1; 0 is the fill.
 */
export function handlesOf(
  call: Call,
  names: readonly string[],
): [handles: readonly Float64Array[], fill: Entry | undefined] {
  let next = 1;
  const replaced = Object.fromEntries(
    names.map((name) => [
      name,
      Float64Array.from({ length: sizeOf(call.inputs[name]!.shape) }, () => next++),
    ]),
  );
  const { constantValue } = call.attrs;
  const fill =
    typeof constantValue === 'number' && constantValue !== 0
      ? call.world.constant([constantValue])
      : undefined;
  const attrs = fill === undefined ? call.attrs : { ...call.attrs, constantValue: 0 };
  return [call.run(replaced, attrs), fill];
}

/** Runs the kernel on handles in place of the named inputs, and moves the numbers accordingly. */
export function move(call: Call, names: readonly string[]): Entry[] {
  const sources = names.map((name) => call.operand(name).entry);
  const [outputs, fill] = handlesOf(call, names);
  return outputs.map((handles) => gather(call.world, sources, handles, fill));
}

/** Kernels that only move numbers, with the inputs that they move. */
export const MOVED: Readonly<Record<string, readonly string[] | 'all'>> = {
  BatchToSpaceND: ['x'],
  Concat: 'all',
  DepthToSpace: ['x'],
  Diag: ['x'],
  FlipLeftRight: ['image'],
  GatherNd: ['params'],
  GatherV2: ['x'],
  MirrorPad: ['x'],
  Pack: 'all',
  PadV2: ['x'],
  RaggedTensorToTensor: ['values', 'defaultValue'],
  ResizeNearestNeighbor: ['images'],
  Reverse: ['x'],
  Slice: ['x'],
  SpaceToBatchND: ['x'],
  SparseToDense: ['sparseValues', 'defaultValue'],
  SplitV: ['x'],
  StridedSlice: ['x'],
  TensorScatterUpdate: ['tensor', 'updates'],
  Tile: ['x'],
  Transpose: ['x'],
  Unpack: ['value'],
};

/** Kernels whose output shares the data of its input on some backends and is a copy on others. */
export const KEPT: readonly string[] = ['ExpandDims', 'Identity', 'Reshape'];

/** Rule for kernels of which only one output has moved numbers. */
const movingTo =
  (names: readonly string[], output: (outputs: number) => number): Rule =>
  (call) => {
    const chosen = output(call.outputs.length);
    const moved = move(call, names);
    return call.outputs.map((_, k) => (k === chosen ? moved[k]! : null));
  };

export const movers: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    Object.entries(MOVED).map(([kernel, names]): [string, Rule] => [
      kernel,
      (call) => move(call, names === 'all' ? call.names : names),
    ]),
  ),
  ...Object.fromEntries(
    KEPT.map((kernel): [string, Rule] => [kernel, (call) => call.operand(call.names[0]!).entry]),
  ),
  RaggedGather: movingTo(['paramsDenseValues'], (outputs) => outputs - 1),
  SparseFillEmptyRows: movingTo(['values', 'defaultValue'], () => 1),
};

/** For every element of a shape, its handle, from 1, in a smaller shape that is broadcast to it. */
export function broadcastHandles(shape: readonly number[], own: readonly number[]): Int32Array {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let axis = own.length - 1; axis >= 0; axis--) {
    strides[shape.length - own.length + axis] = own[axis] === 1 ? 0 : stride;
    stride *= own[axis]!;
  }
  return positions(shape, strides, 1);
}

/** For every element, the base plus the sum of its coordinates times the strides. */
export function positions(shape: readonly number[], strides: readonly number[], base = 0): Int32Array {
  const out = new Int32Array(sizeOf(shape)).fill(base);
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    for (let k = 0; k < out.length; k++) out[k] = out[k]! + (Math.floor(k / inner) % length) * strides[axis]!;
    inner *= length;
  }
  return out;
}

/** An entry broadcast to a larger shape. */
export function broadcast(
  world: World,
  { entry, shape: own }: { readonly entry: Entry; readonly shape: readonly number[] },
  shape: readonly number[],
): Entry {
  if (entry.size === sizeOf(shape) || entry.size === 1) return entry;
  return gather(world, [entry], broadcastHandles(shape, own));
}
