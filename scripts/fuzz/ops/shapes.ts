import { sizeOf } from '../../../src/numerics/shape.ts';
import { list, type Op } from './op.ts';

const pairs = (list: readonly (readonly [number, number])[]): string =>
  `[${list.map(([before, after]) => `[${before}, ${after}]`).join(', ')}]`;

export const shapes: readonly Op[] = [
  {
    name: 'transpose',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 5] });
      const rank = x.shape.length;
      const turn = 1 + draft.choose(rank - 1);
      return `tf.transpose(${x.name}, ${list(x.shape.map((_, axis) => (axis + turn) % rank))})`;
    },
  },
  {
    name: 'reshape',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [0, 6] });
      const size = sizeOf(x.shape);
      const first = [2, 3, 4, 6].find((part) => size % part === 0) ?? 1;
      return `tf.reshape(${x.name}, ${list(draft.pick([[-1], [first, -1], [1, -1, first]]))})`;
    },
  },
  {
    name: 'slice',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      const begin = x.shape.map((length) => draft.choose(length));
      const size = x.shape.map((length, axis) => 1 + draft.choose(length - begin[axis]!));
      return `tf.slice(${x.name}, ${list(begin)}, ${list(size)})`;
    },
  },
  {
    name: 'pad',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      const paddings = x.shape.map(() => [draft.choose(2), draft.choose(2)] as const);
      return `tf.pad(${x.name}, ${pairs(paddings)}, ${draft.choose(3)})`;
    },
  },
  {
    name: 'concat',
    family: 'shape',
    build: (draft) => {
      const a = draft.operand({ rank: [1, 4] });
      const axis = draft.choose(a.shape.length);
      const shape = a.shape.with(axis, 1 + draft.choose(3));
      const b = draft.operand({ shape });
      const third = draft.choose(3) === 1 ? `, ${a.name}` : '';
      return `tf.concat([${a.name}, ${b.name}${third}], ${axis})`;
    },
  },
  {
    name: 'stack',
    family: 'shape',
    build: (draft) => {
      const a = draft.operand({ rank: [0, 3] });
      const axis = draft.choose(a.shape.length + 1);
      return `tf.stack([${a.name}, ${draft.operand({ shape: a.shape }).name}], ${axis})`;
    },
  },
  {
    name: 'unstack',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4], accepts: ({ shape }) => shape.some((length) => length > 1) });
      const axis = x.shape.findLastIndex((length) => length > 1);
      return `(() => { const parts = tf.unstack(${x.name}, ${axis}); return tf.mul(parts[0], parts[${x.shape[axis]! - 1}]); })()`;
    },
  },
  {
    name: 'split',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 3], accepts: ({ shape }) => shape[0]! > 1 });
      const sizes = [1, x.shape[0]! - 1];
      return `(() => { const [first, rest] = tf.split(${x.name}, ${list(sizes)}, 0); return tf.sub(rest, tf.mul(first, 2)); })()`;
    },
  },
  {
    name: 'tile',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      return `tf.tile(${x.name}, ${list(x.shape.map(() => 1 + draft.choose(2)))})`;
    },
  },
  {
    name: 'reverse',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      return `tf.reverse(${x.name}, ${draft.choose(x.shape.length)})`;
    },
  },
  {
    name: 'expandDims',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [0, 5] });
      return `tf.expandDims(${x.name}, ${draft.choose(x.shape.length + 1)})`;
    },
  },
  {
    name: 'squeeze',
    family: 'shape',
    build: (draft) => `tf.squeeze(${draft.operand({ rank: [1, 5] }).name})`,
  },
  {
    name: 'broadcastTo',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [0, 3] });
      return `tf.broadcastTo(${x.name}, ${list([1 + draft.choose(3), ...x.shape])})`;
    },
  },
  {
    name: 'mirrorPad by nothing',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 1] });
      return `tf.mirrorPad(${x.name}, [[0, 0]], 'reflect')`;
    },
  },
  {
    name: 'spaceToBatchND',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ shape: [1 + draft.choose(2), 2, 4, 1 + draft.choose(2)] });
      return `tf.spaceToBatchND(${x.name}, [2, 2], [[0, 0], ${draft.pick(['[0, 0]', '[1, 1]'])}])`;
    },
  },
  {
    name: 'batchToSpaceND',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ shape: [4, 1 + draft.choose(2), 2, 1 + draft.choose(2)] });
      return `tf.batchToSpaceND(${x.name}, [2, 2], [[0, 0], ${draft.pick(['[0, 0]', '[1, 0]'])}])`;
    },
  },
  {
    name: 'cast float32',
    family: 'shape',
    build: (draft) => `tf.cast(${draft.operand({ rank: [0, 6] }).name}, 'float32')`,
  },
  {
    name: 'linalg.bandPart',
    family: 'shape',
    build: (draft) =>
      `tf.linalg.bandPart(${draft.operand({ rank: [3, 3], accepts: ({ shape }) => shape[0]! > 1 }).name}, -1, 0)`,
  },
  {
    name: 'causal mask',
    family: 'shape',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 2] });
      return `tf.mul(${x.name}, tf.linalg.bandPart(tf.ones(${list(x.shape)}), -1, 0))`;
    },
  },
  {
    name: 'gather',
    family: 'gather',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 3] });
      const axis = draft.choose(x.shape.length);
      const ids = draft.constant(draft.pick([[3], [2, 2]]), x.shape[axis]!);
      return `tf.gather(${x.name}, ${ids.name}, ${axis})`;
    },
  },
  {
    name: 'gather, batchDims',
    family: 'gather',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 3] });
      const ids = draft.constant([x.shape[0]!, 2], x.shape[1]!);
      return `tf.gather(${x.name}, ${ids.name}, 1, 1)`;
    },
  },
  {
    name: 'embedding by oneHot',
    family: 'gather',
    build: (draft) => {
      const table = draft.operand({ rank: [2, 2] });
      const ids = draft.constant([3], table.shape[0]!);
      return `tf.matMul(tf.cast(tf.oneHot(${ids.name}, ${table.shape[0]}), 'float32'), ${table.name})`;
    },
  },
];
