import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../gradcheck/index.ts';
import type { Attributes } from '../../results/audit.ts';
import { type AuditCase, auditCase } from '../case.ts';
import { given, integers, signed } from '../values.ts';

/** An op with one input and one output. */
const of = (
  kernel: string,
  op: string,
  attributes: Attributes | string,
  shape: readonly number[],
  f: (tf: TF, x: Tensor) => Tensor,
): AuditCase => auditCase(kernel, op, attributes, { x: signed(shape) }, (tf, { x }) => f(tf, x));

/** Concatenates parts with different weights, without the last one, so that every part has a different gradient. */
const weighed = (tf: TF, parts: readonly Tensor[]): Tensor =>
  tf.concat(parts.slice(0, -1).map((part, i) => tf.reshape(tf.mul(part, i + 2), [-1])));

const joined: readonly AuditCase[] = [
  ...([0, 1, -1] as const).map((axis) =>
    auditCase(
      'Concat',
      'concat',
      { axis },
      { a: signed([2, 3]), b: signed([2, 3], 2), c: signed([2, 3], 3) },
      (tf, { a, b, c }) => tf.concat([a, b, c], axis),
    ),
  ),
  auditCase(
    'Concat',
    'concat',
    { axis: 1 },
    { a: signed([2, 1, 2]), b: signed([2, 3, 2], 2) },
    (tf, { a, b }) => tf.concat([a, b], 1),
  ),
  auditCase(
    'Concat',
    'concat',
    { axis: 0, note: 'the same tensor twice' },
    { a: signed([2, 2]), b: signed([1, 2], 2) },
    (tf, { a, b }) => tf.concat([a, b, a], 0),
  ),
  ...([0, 1, 2, -1] as const).map((axis) =>
    auditCase('Pack', 'stack', { axis }, { a: signed([2, 3]), b: signed([2, 3], 2) }, (tf, { a, b }) =>
      tf.stack([a, b], axis),
    ),
  ),
  auditCase('Pack', 'stack', 'scalars', { a: given([], [0.4]), b: given([], [-0.7]) }, (tf, { a, b }) =>
    tf.stack([a, b]),
  ),
];

const UNUSED = 'the last part unused';
const parted: readonly AuditCase[] = [
  ...([0, 1, -1] as const).map((axis) =>
    of('Unpack', 'unstack', { axis, note: UNUSED }, [3, 2], (tf, x) => weighed(tf, tf.unstack(x, axis))),
  ),
  of('Unpack', 'unstack', { axis: 1, note: UNUSED }, [2, 3, 2], (tf, x) => weighed(tf, tf.unstack(x, 1))),
  of('SplitV', 'split', { parts: 3, axis: 0, note: UNUSED }, [6, 2], (tf, x) => weighed(tf, tf.split(x, 3))),
  of('SplitV', 'split', { sizes: [1, 3, 2], axis: 1, note: UNUSED }, [2, 6], (tf, x) =>
    weighed(tf, tf.split(x, [1, 3, 2], 1)),
  ),
  of('SplitV', 'split', { sizes: [2, -1], axis: -1, note: UNUSED }, [2, 2, 5], (tf, x) =>
    weighed(tf, tf.split(x, [2, -1], -1)),
  ),
  of('Slice', 'slice', { begin: 2, size: 3 }, [7], (tf, x) => tf.slice(x, 2, 3)),
  of('Slice', 'slice', { begin: [1, 0], size: [2, 2] }, [4, 3], (tf, x) => tf.slice(x, [1, 0], [2, 2])),
  of('Slice', 'slice', { begin: [0, 1, 1], size: [-1, 2, 1] }, [2, 3, 2], (tf, x) =>
    tf.slice(x, [0, 1, 1], [-1, 2, 1]),
  ),
  of('Slice', 'slice', { begin: 1 }, [3, 2, 2, 2], (tf, x) => tf.slice(x, 1)),
];

const moved: readonly AuditCase[] = [
  of('Reshape', 'reshape', { to: [3, 4] }, [2, 6], (tf, x) => tf.reshape(x, [3, 4])),
  of('Reshape', 'reshape', { to: [2, -1, 1] }, [2, 3, 2], (tf, x) => tf.reshape(x, [2, -1, 1])),
  of('Reshape', 'squeeze', '', [1, 3, 1, 2], (tf, x) => tf.squeeze(x)),
  ...[0, 1, 2, -1].map((axis) =>
    of('ExpandDims', 'expandDims', { axis }, [2, 3], (tf, x) => tf.expandDims(x, axis)),
  ),
  of('Transpose', 'transpose', '', [2, 3], (tf, x) => tf.transpose(x)),
  of('Transpose', 'transpose', { perm: [2, 0, 1] }, [2, 3, 4], (tf, x) => tf.transpose(x, [2, 0, 1])),
  of('Transpose', 'transpose', { perm: [1, 3, 0, 2] }, [2, 1, 3, 2], (tf, x) =>
    tf.transpose(x, [1, 3, 0, 2]),
  ),
  of('Transpose', 'transpose', { perm: [4, 2, 0, 1, 3] }, [2, 1, 3, 2, 2], (tf, x) =>
    tf.transpose(x, [4, 2, 0, 1, 3]),
  ),
  of('Reverse', 'reverse', { axis: 'all' }, [2, 3], (tf, x) => tf.reverse(x)),
  of('Reverse', 'reverse', { axis: 1 }, [2, 3, 2], (tf, x) => tf.reverse(x, 1)),
  of('Reverse', 'reverse', { axis: [0, 2] }, [2, 3, 2, 1], (tf, x) => tf.reverse(x, [0, 2])),
  of('Reverse', 'reverse', { axis: -1 }, [2, 3], (tf, x) => tf.reverse(x, -1)),
  ...(
    [
      [
        [2, 2, 2, 1],
        [2, 2],
        [0, 0, 0, 0],
      ],
      [
        [1, 3, 2, 2],
        [2, 2],
        [1, 0, 0, 2],
      ],
      [[2, 4, 1], [2], [1, 1]],
    ] as const
  ).map(([shape, block, paddings]) =>
    of('SpaceToBatchND', 'spaceToBatchND', { block, paddings: pairs(paddings) }, shape, (tf, x) =>
      tf.spaceToBatchND(x, [...block], pairs(paddings)),
    ),
  ),
  ...(
    [
      [
        [4, 1, 1, 2],
        [2, 2],
        [0, 0, 0, 0],
      ],
      [
        [4, 2, 2, 1],
        [2, 2],
        [1, 0, 0, 1],
      ],
      [[4, 3, 1], [2], [0, 1]],
    ] as const
  ).map(([shape, block, crops]) =>
    of('BatchToSpaceND', 'batchToSpaceND', { block, crops: pairs(crops) }, shape, (tf, x) =>
      tf.batchToSpaceND(x, [...block], pairs(crops)),
    ),
  ),
];

/** Pairs up the numbers: before and after of each axis. */
function pairs(numbers: readonly number[]): [number, number][] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

const enlarged: readonly AuditCase[] = [
  of('PadV2', 'pad', { paddings: [[1, 2]] }, [4], (tf, x) => tf.pad(x, [[1, 2]])),
  of('PadV2', 'pad', { paddings: pairs([1, 0, 0, 2]), value: 3 }, [2, 3], (tf, x) =>
    tf.pad(x, pairs([1, 0, 0, 2]), 3),
  ),
  of('PadV2', 'pad', { paddings: pairs([0, 1, 2, 1, 1, 0, 0, 0]) }, [2, 1, 2, 2], (tf, x) =>
    tf.pad(x, pairs([0, 1, 2, 1, 1, 0, 0, 0])),
  ),
  ...(['reflect', 'symmetric'] as const).flatMap((mode) => [
    of('MirrorPad', 'mirrorPad', { paddings: [[1, 2]], mode }, [4], (tf, x) =>
      tf.mirrorPad(x, [[1, 2]], mode),
    ),
    of('MirrorPad', 'mirrorPad', { paddings: pairs([1, 1, 2, 0]), mode }, [2, 3], (tf, x) =>
      tf.mirrorPad(x, pairs([1, 1, 2, 0]), mode),
    ),
    of('MirrorPad', 'mirrorPad', { paddings: pairs([0, 0, 0, 0]), mode }, [2, 3], (tf, x) =>
      tf.mirrorPad(x, pairs([0, 0, 0, 0]), mode),
    ),
  ]),
  of('Tile', 'tile', { reps: [3] }, [2], (tf, x) => tf.tile(x, [3])),
  of('Tile', 'tile', { reps: [2, 3] }, [2, 3], (tf, x) => tf.tile(x, [2, 3])),
  of('Tile', 'tile', { reps: [2, 1, 2] }, [1, 3, 2], (tf, x) => tf.tile(x, [2, 1, 2])),
  of('Tile', 'tile', { reps: [1, 2, 1, 2] }, [2, 1, 2, 2], (tf, x) => tf.tile(x, [1, 2, 1, 2])),
  of('Tile', 'tile', { reps: [1, 2, 1, 2, 1] }, [2, 1, 2, 1, 1], (tf, x) => tf.tile(x, [1, 2, 1, 2, 1])),
  of('BroadcastTo', 'broadcastTo', { to: [4, 3] }, [3], (tf, x) => tf.broadcastTo(x, [4, 3])),
  of('BroadcastTo', 'broadcastTo', { to: [2, 3] }, [2, 1], (tf, x) => tf.broadcastTo(x, [2, 3])),
  of('BroadcastTo', 'broadcastTo', { to: [2, 4, 3] }, [2, 1, 3], (tf, x) => tf.broadcastTo(x, [2, 4, 3])),
  of('BroadcastTo', 'broadcastTo', { to: [2, 2] }, [], (tf, x) => tf.broadcastTo(x, [2, 2])),
];

const gathered: readonly AuditCase[] = (
  [
    [[5], [3], 0, 0],
    [[4, 3], [4], 0, 0],
    [[3, 4], [3], 1, 0],
    [[2, 3, 4], [5], 1, 0],
    [[2, 3, 4], [2], 2, 0],
    [[3, 4], [3], -1, 0],
    [[2, 3, 4], [3], -2, 0],
    [[3, 2], [2, 2], 0, 0],
    [[2, 3, 2], [2, 2], 1, 0],
    [[2, 3], [2, 2], 1, 1],
    [[2, 3, 2], [2, 2], 1, 1],
    [[2, 3, 4], [2, 3], 2, 1],
  ] as const
).map(([shape, indices, axis, batchDims]) => {
  const size = indices.reduce<number>((product, length) => product * length, 1);
  const length = shape.at(axis)!;
  // Some indices twice, some never.
  const values = Array.from({ length: size }, (_, i) => (2 * i + (i > 1 ? 1 : 0)) % length);
  return auditCase(
    'GatherV2',
    'gather',
    { axis, batchDims },
    { x: signed(shape as readonly number[]), indices: integers(indices as readonly number[], values) },
    (tf, inputs) => tf.gather(inputs.x, inputs.indices, axis, batchDims),
  );
});

const constant: readonly AuditCase[] = [
  of('Cast', 'cast', { to: 'int32', note: 'and back, plus x' }, [2, 3], (tf, x) =>
    tf.add(x, tf.cast(tf.cast(tf.mul(x, 4), 'int32'), 'float32')),
  ),
  of('Cast', 'cast', { to: 'float32' }, [2, 3], (tf, x) => tf.cast(x, 'float32')),
  ...(
    [
      [2, 3],
      [4, 2],
    ] as const
  ).flatMap((each) => [
    of('OneHot', 'oneHot', 'of the place of the largest, times x', each, (tf, x) =>
      tf.mul(x, tf.cast(tf.oneHot(tf.argMax(x, 1) as Tensor1D, each[1]), 'float32')),
    ),
    of('IsFinite', 'isFinite', 'times x', each, (tf, x) => tf.mul(x, tf.cast(tf.isFinite(x), 'float32'))),
    of('IsInf', 'isInf', 'plus x', each, (tf, x) => tf.add(x, tf.cast(tf.isInf(x), 'float32'))),
    of('IsNan', 'isNaN', 'plus x', each, (tf, x) => tf.add(x, tf.cast(tf.isNaN(x), 'float32'))),
  ]),
];

const dilated: readonly AuditCase[] = (
  [
    [[1, 4, 4, 1], [2, 2, 1], 1, 'valid', 1],
    [[2, 4, 4, 2], [3, 3, 2], 1, 'same', 1],
    [[2, 5, 5, 1], [2, 2, 1], 2, 'valid', 1],
    [[2, 5, 4, 2], [2, 2, 2], 1, 'same', 2],
  ] as const
).map(([image, filter, strides, pad, dilations]) =>
  auditCase(
    'Dilation2D',
    'dilation2d',
    { strides, pad, dilations },
    { x: signed(image), filter: signed(filter, 2.2) },
    (tf, inputs) => tf.dilation2d(inputs.x as Tensor4D, inputs.filter, strides, pad, dilations),
  ),
);

/** Tensors joined, split, moved, enlarged and looked up; constants; and morphological dilation. */
export const shape: readonly AuditCase[] = [
  ...joined,
  ...parted,
  ...moved,
  ...enlarged,
  ...gathered,
  ...constant,
  ...dilated,
];
