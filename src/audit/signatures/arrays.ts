import { sizeOf } from '../../numerics/shape.ts';
import { call, input, picked } from '../expression.ts';
import type { Choices } from '../generate/choices.ts';
import type { Drawn, Signature } from './signature.ts';

const x = input('x');

const signature = (kernel: string, op: string, draw: (choices: Choices) => Drawn): Signature => ({
  kernel,
  op,
  draw,
});

/** The axes of a tensor in any order. */
function permutation(choices: Choices, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return axes.map(() => axes.splice(choices.below(axes.length), 1)[0]!);
}

const concat = signature('Concat', 'concat', (choices) => {
  const shape = choices.shape(1, 4);
  const axis = choices.axis(shape.length);
  const names = ['a', 'b', 'c'].slice(0, choices.between(1, 3));
  const at = (axis + shape.length) % shape.length;
  return {
    attributes: { axis },
    inputs: Object.fromEntries(
      names.map((name) => [name, choices.values(shape.with(at, choices.between(1, 3)))]),
    ),
    expression: call('concat', names.map(input), axis),
  };
});

const stack = signature('Pack', 'stack', (choices) => {
  const shape = choices.shape(0, 3);
  const axis = choices.axis(shape.length + 1);
  const names = ['a', 'b', 'c'].slice(0, choices.between(1, 3));
  return {
    attributes: { axis },
    inputs: Object.fromEntries(names.map((name) => [name, choices.values(shape)])),
    expression: call('stack', names.map(input), axis),
  };
});

/** Takes one of several parts: the gradient of the others is 0. */
const unstack = signature('Unpack', 'unstack', (choices) => {
  const shape = choices.shape(1, 4);
  const axis = choices.axis(shape.length);
  return {
    attributes: { axis },
    inputs: { x: choices.values(shape) },
    expression: picked(choices.below(shape.at(axis)!), 'unstack', x, axis),
  };
});

const split = signature('SplitV', 'split', (choices) => {
  const axis = choices.axis(3);
  const sizes = Array.from({ length: choices.between(1, 3) }, () => choices.between(1, 3));
  const shape = [choices.between(1, 3), choices.between(1, 3), choices.between(1, 3)];
  const at = (axis + 3) % 3;
  const parts = choices.flag() ? sizes.length : sizes;
  const length = typeof parts === 'number' ? parts * sizes[0]! : sizes.reduce((sum, size) => sum + size, 0);
  return {
    attributes: { parts, axis },
    inputs: { x: choices.values(shape.with(at, length)) },
    expression: picked(choices.below(sizes.length), 'split', x, parts, axis),
  };
});

const slice = signature('Slice', 'slice', (choices) => {
  const shape = choices.shape(1, 5);
  const begin = shape.map((length) => choices.below(length));
  const size = shape.map((length, axis) => (choices.flag() ? -1 : choices.between(1, length - begin[axis]!)));
  return {
    attributes: { begin, size },
    inputs: { x: choices.values(shape) },
    expression: call('slice', x, begin, size),
  };
});

const stridedSlice = signature('StridedSlice', 'stridedSlice', (choices) => {
  const shape = choices.shape(1, 4);
  const backwards = choices.pick([false, false, true]);
  const strides = shape.map(() => (backwards ? -1 : 1) * choices.between(1, 3));
  const begin = shape.map((length) => (backwards ? length - 1 : choices.below(length)));
  const end = shape.map((length, axis) =>
    backwards ? 0 : begin[axis]! + choices.between(1, length - begin[axis]!),
  );
  // For these axes one element is taken, and the axis is removed.
  const shrinkAxisMask = backwards ? 0 : choices.pick([0, 0, 1, 2]) % 2 ** shape.length;
  const masks = shrinkAxisMask === 0 ? [] : [0, 0, 0, 0, shrinkAxisMask];
  return {
    attributes: { begin, end, strides, shrinkAxisMask },
    inputs: { x: choices.values(shape) },
    expression: call('stridedSlice', x, begin, end, strides, ...masks),
  };
});

const reshape = signature('Reshape', 'reshape', (choices) => {
  const shape = choices.shape(0, 4);
  const to = choices.pick([[sizeOf(shape)], [-1, 1], [...shape].reverse(), [1, ...shape, 1]]);
  return { attributes: { to }, inputs: { x: choices.values(shape) }, expression: call('reshape', x, to) };
});

const squeeze = signature('Reshape', 'squeeze', (choices) => ({
  inputs: { x: choices.values(choices.shape(0, 5, 2)) },
  expression: call('squeeze', x),
}));

const expandDims = signature('ExpandDims', 'expandDims', (choices) => {
  const shape = choices.shape(0, 4);
  const axis = choices.axis(shape.length + 1);
  return {
    attributes: { axis },
    inputs: { x: choices.values(shape) },
    expression: call('expandDims', x, axis),
  };
});

const transpose = signature('Transpose', 'transpose', (choices) => {
  const shape = choices.shape(0, 6, 3);
  const perm = choices.flag() ? permutation(choices, shape.length) : undefined;
  return {
    ...(perm === undefined ? {} : { attributes: { perm } }),
    inputs: { x: choices.values(shape) },
    expression: call('transpose', x, perm),
  };
});

const reverse = signature('Reverse', 'reverse', (choices) => {
  const shape = choices.shape(1, 5);
  const axes = shape.map((_, axis) => axis).filter(() => choices.flag());
  const axis = choices.pick([undefined, choices.axis(shape.length), axes]);
  return {
    attributes: { axis: axis ?? 'all' },
    inputs: { x: choices.values(shape) },
    expression: call('reverse', x, axis),
  };
});

/** Before and after of each axis. */
const pairsOf = (choices: Choices, axes: number, high: number): number[][] =>
  Array.from({ length: axes }, () => [choices.between(0, high), choices.between(0, high)]);

const spaceToBatch = signature('SpaceToBatchND', 'spaceToBatchND', (choices) => {
  const block = Array.from({ length: choices.between(1, 2) }, () => choices.between(1, 2));
  const paddings = pairsOf(choices, block.length, 1);
  const sides = block.map((side, axis) => {
    const [before, after] = paddings[axis]! as [number, number];
    return Math.max(1, side * choices.between(1, 2) + side - before - after);
  });
  return {
    attributes: { block, paddings },
    inputs: { x: choices.values([choices.between(1, 2), ...sides, choices.between(1, 2)]) },
    expression: call('spaceToBatchND', x, block, paddings),
  };
});

const batchToSpace = signature('BatchToSpaceND', 'batchToSpaceND', (choices) => {
  const block = Array.from({ length: choices.between(1, 2) }, () => choices.between(1, 2));
  const crops = pairsOf(choices, block.length, 1);
  const sides = block.map(() => choices.between(1, 3));
  const batch = sizeOf(block) * choices.between(1, 2);
  return {
    attributes: { block, crops },
    inputs: { x: choices.values([batch, ...sides, choices.between(1, 2)]) },
    expression: call('batchToSpaceND', x, block, crops),
  };
});

const pad = signature('PadV2', 'pad', (choices) => {
  const shape = choices.shape(1, 4, 3);
  const paddings = pairsOf(choices, shape.length, 2);
  const value = choices.pick([0, 3]);
  return {
    attributes: { paddings, value },
    inputs: { x: choices.values(shape) },
    expression: call('pad', x, paddings, value),
  };
});

const mirrorPad = signature('MirrorPad', 'mirrorPad', (choices) => {
  const shape = choices.shape(1, 4, 3);
  const mode = choices.pick(['reflect', 'symmetric'] as const);
  const paddings = shape.map((length) => {
    const most = Math.min(2, mode === 'reflect' ? length - 1 : length);
    return [choices.between(0, most), choices.between(0, most)];
  });
  return {
    attributes: { paddings, mode },
    inputs: { x: choices.values(shape) },
    expression: call('mirrorPad', x, paddings, mode),
  };
});

const tile = signature('Tile', 'tile', (choices) => {
  const shape = choices.shape(1, 5, 3, 12);
  const reps = shape.map(() => choices.between(1, 2));
  return {
    attributes: { reps },
    inputs: { x: choices.values(shape) },
    expression: call('tile', x, reps),
  };
});

const broadcastTo = signature('BroadcastTo', 'broadcastTo', (choices) => {
  const to = choices.shape(0, 4);
  const shape = to.slice(choices.below(to.length + 1)).map((length) => (choices.flag() ? 1 : length));
  return {
    attributes: { to },
    inputs: { x: choices.values(shape) },
    expression: call('broadcastTo', x, to),
  };
});

const gather = signature('GatherV2', 'gather', (choices) => {
  const shape = choices.shape(1, 4);
  const rank = shape.length;
  const batchDims = choices.pick([0, 0, Math.min(1, rank - 1)]);
  const axis = batchDims === 0 ? choices.axis(rank) : choices.between(batchDims, rank - 1);
  const indices = batchDims === 0 ? choices.shape(1, 2, 3) : [shape[0]!, choices.between(1, 3)];
  return {
    attributes: { axis, batchDims },
    inputs: { x: choices.values(shape), indices: choices.integers(indices, 0, shape.at(axis)! - 1) },
    expression: call('gather', x, input('indices'), axis, batchDims),
  };
});

const gatherND = signature('GatherNd', 'gatherND', (choices) => {
  const shape = choices.shape(1, 3);
  const depth = choices.between(1, shape.length);
  const count = choices.between(1, 3);
  // Every coordinate is within its axis.
  const values = Array.from({ length: count * depth }, (_, at) => choices.below(shape[at % depth]!));
  return {
    inputs: {
      x: choices.values(shape),
      indices: { shape: [count, depth], values, dtype: 'int32' },
    },
    expression: call('gatherND', x, input('indices')),
  };
});

const scatterND = signature('ScatterNd', 'scatterND', (choices) => {
  const shape = choices.shape(1, 3);
  const depth = choices.between(1, shape.length);
  const count = choices.between(1, 3);
  const values = Array.from({ length: count * depth }, (_, at) => choices.below(shape[at % depth]!));
  return {
    attributes: { shape },
    inputs: {
      indices: { shape: [count, depth], values, dtype: 'int32' },
      updates: choices.values([count, ...shape.slice(depth)]),
    },
    expression: call('scatterND', input('indices'), input('updates'), shape),
  };
});

const complex = call('complex', x, input('y'));

/** Ops of a real and an imaginary part; a complex result is reduced to one of its parts. */
const ofComplex = (kernel: string, op: string, parts: boolean): Signature =>
  signature(kernel, parts ? op : `${op}(complex)`, (choices) => {
    const shape = choices.shape(1, 3);
    const result = call(op, complex);
    const part = choices.pick(['real', 'imag'] as const);
    return {
      ...(parts ? { attributes: { part } } : {}),
      inputs: { x: choices.values(shape), y: choices.values(shape) },
      expression: parts ? call(part, result) : result,
    };
  });

const rfft = signature('FFT', 'rfft', (choices) => {
  const part = choices.pick(['real', 'imag'] as const);
  return {
    attributes: { part },
    inputs: { x: choices.values(choices.shape(1, 2, 6)) },
    expression: call(part, call('rfft', x)),
  };
});

const irfft = signature('IFFT', 'irfft', (choices) => {
  const shape = [...choices.shape(0, 1, 3), choices.between(2, 5)];
  return {
    inputs: { x: choices.values(shape), y: choices.values(shape) },
    expression: call('irfft', complex),
  };
});

/** Tensors joined, split, moved, enlarged and looked up; complex numbers. */
export const arrays: readonly Signature[] = [
  concat,
  stack,
  unstack,
  split,
  slice,
  stridedSlice,
  reshape,
  squeeze,
  expandDims,
  transpose,
  reverse,
  spaceToBatch,
  batchToSpace,
  pad,
  mirrorPad,
  tile,
  broadcastTo,
  gather,
  gatherND,
  scatterND,
  ofComplex('ComplexAbs', 'abs', false),
  ofComplex('Real', 'real', false),
  ofComplex('Imag', 'imag', false),
  ofComplex('FFT', 'fft', true),
  ofComplex('IFFT', 'ifft', true),
  rfft,
  irfft,
];
