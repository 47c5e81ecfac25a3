import type { Draft, Variable } from '../draft.ts';
import { list, type Op } from './op.ts';

const PADS = ["'valid'", "'same'"] as const;

/** An image [n, h, w, c] with `least` or a little more along each side. */
const image = (draft: Draft, least: number): Variable => {
  const shape = [1 + draft.choose(2), least + draft.choose(3), least + draft.choose(2), 1 + draft.choose(2)];
  return draft.operand({ shape });
};

const product = (draft: Draft, a: string, rankOf: number): { left: Variable; right: Variable } => {
  const left = draft.operand({ rank: [rankOf, rankOf] });
  const inner = left.shape.at(a === 'true' ? -2 : -1)!;
  return { left, right: draft.operand({ shape: [...left.shape.slice(0, -2), inner, 1 + draft.choose(4)] }) };
};

const matMul = (name: string, rank: number): Op => ({
  name,
  family: 'matmul',
  build: (draft) => {
    const transposeA = draft.choose(2) === 1;
    const { left, right } = product(draft, String(transposeA), rank);
    if (draft.choose(2) === 0) return `tf.matMul(${left.name}, ${right.name}, ${transposeA}, false)`;
    // The second matrix is transposed.
    const turned = draft.operand({
      shape: [...right.shape.slice(0, -2), right.shape.at(-1)!, right.shape.at(-2)!],
    });
    return `tf.matMul(${left.name}, ${turned.name}, ${transposeA}, true)`;
  },
});

export const linear: readonly Op[] = [
  matMul('matMul', 2),
  matMul('matMul, batch', 3),
  matMul('matMul, two batch axes', 4),
  {
    name: 'dot',
    family: 'matmul',
    build: (draft) => {
      const a = draft.operand({ rank: [1, 2] });
      return `tf.dot(${a.name}, ${draft.operand({ shape: [a.shape.at(-1)!] }).name})`;
    },
  },
  {
    name: 'outerProduct',
    family: 'matmul',
    build: (draft) =>
      `tf.outerProduct(${draft.operand({ rank: [1, 1] }).name}, ${draft.operand({ rank: [1, 1] }).name})`,
  },
  {
    name: 'fused.matMul',
    family: 'matmul',
    build: (draft) => {
      const { left, right } = product(draft, 'false', 2);
      const bias = draft.operand({ shape: right.shape.slice(-1) });
      const activation = draft.pick(['linear', 'relu', 'sigmoid', 'elu']);
      return `tf.fused.matMul({ a: ${left.name}, b: ${right.name}, bias: ${bias.name}, activation: '${activation}' })`;
    },
  },
  {
    name: 'dense by hand',
    family: 'matmul',
    build: (draft) => {
      const { left, right } = product(draft, 'false', 2);
      const bias = draft.operand({ shape: right.shape.slice(-1) });
      return `tf.add(tf.matMul(${left.name}, ${right.name}), ${bias.name})`;
    },
  },
  {
    name: 'conv2d',
    family: 'convolution',
    build: (draft) => {
      const x = image(draft, 3);
      const filter = draft.operand({
        shape: [1 + draft.choose(2), 1 + draft.choose(3), x.shape[3]!, 1 + draft.choose(2)],
      });
      const pad = draft.pick([...PADS, '1']);
      return `tf.conv2d(${x.name}, ${filter.name}, ${1 + draft.choose(2)}, ${pad})`;
    },
  },
  {
    name: 'conv1d',
    family: 'convolution',
    build: (draft) => {
      const x = draft.operand({ shape: [1 + draft.choose(2), 3 + draft.choose(4), 1 + draft.choose(2)] });
      const filter = draft.operand({ shape: [2 + draft.choose(2), x.shape[2]!, 1 + draft.choose(3)] });
      return `tf.conv1d(${x.name}, ${filter.name}, ${1 + draft.choose(2)}, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'conv3d',
    family: 'convolution',
    build: (draft) => {
      const x = draft.operand({
        shape: [1, 2 + draft.choose(2), 2 + draft.choose(2), 2, 1 + draft.choose(2)],
      });
      const filter = draft.operand({
        shape: [2, 1 + draft.choose(2), 1 + draft.choose(2), x.shape[4]!, 1 + draft.choose(2)],
      });
      return `tf.conv3d(${x.name}, ${filter.name}, ${1 + draft.choose(2)}, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'conv2dTranspose',
    family: 'convolution',
    build: (draft) => {
      const x = draft.operand({ shape: [1 + draft.choose(2), 2, 2 + draft.choose(2), 1 + draft.choose(2)] });
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      const stride = 1 + draft.choose(2);
      const filter = draft.operand({ shape: [2, 2 + draft.choose(2), 1 + draft.choose(2), channels] });
      const output = [batch, height * stride, width * stride, filter.shape[2]!];
      return `tf.conv2dTranspose(${x.name}, ${filter.name}, ${list(output)}, ${stride}, 'same')`;
    },
  },
  {
    name: 'depthwiseConv2d',
    family: 'convolution',
    build: (draft) => {
      const x = image(draft, 3);
      const filter = draft.operand({ shape: [2, 1 + draft.choose(3), x.shape[3]!, 1 + draft.choose(2)] });
      return `tf.depthwiseConv2d(${x.name}, ${filter.name}, ${1 + draft.choose(2)}, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'separableConv2d',
    family: 'convolution',
    build: (draft) => {
      const x = image(draft, 3);
      const depthwise = draft.operand({ shape: [2, 2, x.shape[3]!, 1 + draft.choose(2)] });
      const pointwise = draft.operand({
        shape: [1, 1, depthwise.shape[2]! * depthwise.shape[3]!, 1 + draft.choose(2)],
      });
      return `tf.separableConv2d(${x.name}, ${depthwise.name}, ${pointwise.name}, 1, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'fused.conv2d',
    family: 'convolution',
    build: (draft) => {
      const x = image(draft, 3);
      const filter = draft.operand({ shape: [2, 2, x.shape[3]!, 1 + draft.choose(2)] });
      const bias = draft.operand({ shape: [filter.shape[3]!] });
      const rest = `strides: 1, pad: ${draft.pick(PADS)}, activation: '${draft.pick(['linear', 'relu'])}'`;
      return `tf.fused.conv2d({ x: ${x.name}, filter: ${filter.name}, bias: ${bias.name}, ${rest} })`;
    },
  },
  {
    name: 'maxPool',
    family: 'pooling',
    build: (draft) => {
      const window = 2 + draft.choose(2);
      return `tf.maxPool(${image(draft, 3).name}, ${window}, ${1 + draft.choose(2)}, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'avgPool',
    family: 'pooling',
    build: (draft) => {
      const window = 2 + draft.choose(2);
      return `tf.avgPool(${image(draft, 3).name}, ${window}, ${1 + draft.choose(2)}, 'valid')`;
    },
  },
  {
    name: 'avgPool3d',
    family: 'pooling',
    build: (draft) => {
      const x = draft.operand({ shape: [1, 2 + draft.choose(2), 3, 2, 1] });
      return `tf.avgPool3d(${x.name}, ${1 + draft.choose(2)}, 1, 'valid')`;
    },
  },
  {
    name: 'pool',
    family: 'pooling',
    build: (draft) =>
      `tf.pool(${image(draft, 4).name}, [2, 2], '${draft.pick(['max', 'avg'])}', 'valid', [1, 1], [1, 1])`,
  },
  {
    name: 'dilation2d',
    family: 'pooling',
    build: (draft) => {
      const x = image(draft, 3);
      return `tf.dilation2d(${x.name}, ${draft.operand({ shape: [2, 2, x.shape[3]!] }).name}, 1, ${draft.pick(PADS)})`;
    },
  },
  {
    name: 'image.resizeBilinear',
    family: 'image',
    build: (draft) => {
      const side = 2 + draft.choose(2);
      const x = draft.operand({ shape: [1 + draft.choose(2), side, side, 1 + draft.choose(2)] });
      const to = 2 + draft.choose(3);
      return `tf.image.resizeBilinear(${x.name}, [${to}, ${to}], ${draft.pick(['false', 'true'])})`;
    },
  },
  {
    name: 'image.resizeNearestNeighbor',
    family: 'image',
    build: (draft) => {
      const side = 2 + draft.choose(2);
      const x = draft.operand({ shape: [1, side, side, 1 + draft.choose(2)] });
      const to = 2 + draft.choose(3);
      return `tf.image.resizeNearestNeighbor(${x.name}, [${to}, ${to}], ${draft.pick(['false', 'true'])})`;
    },
  },
];
