import { sizeOf } from '../../../src/numerics/shape.ts';
import type { Draft, Variable } from '../draft.ts';
import { ANY, type Domain, POSITIVE, UNIT, within } from '../values.ts';
import { list, type Op } from './op.ts';

/** No axes (all), one from either end, or two. */
function axes(draft: Draft, { shape }: Variable, negative = true): string {
  const rank = shape.length;
  const how = draft.choose(4);
  if (rank === 0 || how === 0) return 'undefined';
  const axis = draft.choose(rank);
  if (how === 1 && negative) return String(axis - rank);
  if (how === 2 && rank > 1) return list([0, rank - 1]);
  return String(axis);
}

const reduction = (name: string, domain: Domain = ANY, negative = true, family = 'reduction'): Op => ({
  name,
  family,
  build: (draft) => {
    const x = draft.operand({ domain, rank: [0, 5] });
    return `tf.${name}(${x.name}, ${axes(draft, x, negative)}, ${draft.choose(2) === 1})`;
  },
});

const loss = (name: string, prediction: Domain, labels: 'bits' | 'signs' | 'float', rest = ''): Op => ({
  name: `losses.${name}`,
  family: 'softmax and losses',
  build: (draft) => {
    const x = draft.operand({ domain: prediction, rank: [1, 3] });
    const label =
      labels === 'float'
        ? draft.operand({ shape: x.shape }).name
        : `tf.cast(${draft.constant(x.shape, 2).name}, 'float32')`;
    return `tf.losses.${name}(${label}, ${x.name}${rest})`;
  },
});

/** More than one element in the last axis: normalizing a single one gives a constant. */
export const several = ({ shape }: Variable): boolean => shape.at(-1)! > 1;

/** The range in which the exponential of every difference is finite. */
const LOGITS = within(-300, 300);

export const reductions: readonly Op[] = [
  reduction('sum'),
  reduction('mean'),
  reduction('max'),
  reduction('min'),
  reduction('prod', within(-30, 30), false),
  {
    name: 'cumsum',
    family: 'reduction',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      const last = x.shape.length - 1;
      return `tf.cumsum(${x.name}, ${last}, ${draft.choose(2) === 1}, ${draft.choose(2) === 1})`;
    },
  },
  {
    name: 'unsortedSegmentSum',
    family: 'gather',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 3] });
      return `tf.unsortedSegmentSum(${x.name}, ${draft.constant([x.shape[0]!], 3).name}, 3)`;
    },
  },
  {
    name: 'argMax as a mask',
    family: 'reduction',
    build: (draft) => {
      // Without ties: at a tie the index of the largest element jumps.
      const accepts = ({ values }: Variable): boolean => new Set(values).size === values.length;
      const x = draft.operand({ rank: [2, 2], accepts });
      return `tf.sum(tf.mul(${x.name}, tf.cast(tf.oneHot(tf.argMax(${x.name}, 1), ${x.shape[1]}), 'float32')), 1)`;
    },
  },
  reduction('logSumExp', LOGITS, true, 'softmax and losses'),
  ...['softmax', 'logSoftmax'].map(
    (name): Op => ({
      name,
      family: 'softmax and losses',
      build: (draft) =>
        `tf.${name}(${draft.operand({ rank: [1, 4], domain: LOGITS, accepts: several }).name})`,
    }),
  ),
  {
    name: 'softmax cross-entropy by hand',
    family: 'softmax and losses',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 2], domain: LOGITS, accepts: several });
      const [batch, classes] = x.shape as [number, number];
      const ids = draft.constant([batch], classes).name;
      return `tf.neg(tf.mean(tf.sum(tf.mul(tf.cast(tf.oneHot(${ids}, ${classes}), 'float32'), tf.logSoftmax(${x.name})), 1)))`;
    },
  },
  {
    name: 'losses.softmaxCrossEntropy',
    family: 'softmax and losses',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 2], domain: LOGITS, accepts: several });
      const [batch, classes] = x.shape as [number, number];
      return `tf.losses.softmaxCrossEntropy(tf.oneHot(${draft.constant([batch], classes).name}, ${classes}), ${x.name})`;
    },
  },
  loss('meanSquaredError', ANY, 'float'),
  loss('absoluteDifference', ANY, 'float'),
  loss('huberLoss', within(-1e6, 1e6), 'float'),
  loss('hingeLoss', ANY, 'bits'),
  loss('logLoss', within(0.05, 0.95), 'bits'),
  loss('sigmoidCrossEntropy', within(-300, 300), 'bits'),
  loss('cosineDistance', UNIT, 'float', ', 0'),
  {
    name: 'norm',
    family: 'normalization',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 3], accepts: ({ values }) => values.every((v) => v !== 0) });
      const order = draft.pick(["'euclidean'", '1']);
      return `tf.norm(${x.name}, ${order}, ${draft.choose(2) === 0 ? 'undefined' : x.shape.length - 1})`;
    },
  },
  {
    name: 'moments',
    family: 'normalization',
    build: (draft) => {
      const x = draft.operand({ rank: [1, 4] });
      return `tf.moments(${x.name}, ${axes(draft, x)}, ${draft.choose(2) === 1}).${draft.pick(['variance', 'mean'])}`;
    },
  },
  {
    name: 'layer norm by hand',
    family: 'normalization',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 3], domain: within(-1e5, 1e5), accepts: several });
      const moments = `const { mean, variance } = tf.moments(${x.name}, -1, true)`;
      return `(() => { ${moments}; return tf.mul(tf.sub(${x.name}, mean), tf.rsqrt(tf.add(variance, 0.01))); })()`;
    },
  },
  {
    name: 'batchNorm',
    family: 'normalization',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 4] });
      const shape = x.shape.slice(-1);
      const mean = draft.operand({ shape });
      const variance = draft.operand({ shape, domain: POSITIVE });
      const offset = draft.operand({ shape });
      const scale = draft.operand({ shape });
      return `tf.batchNorm(${[x, mean, variance, offset, scale].map(({ name }) => name).join(', ')}, 0.01)`;
    },
  },
  {
    name: 'localResponseNormalization',
    family: 'normalization',
    build: (draft) =>
      `tf.localResponseNormalization(${draft.operand({ rank: [4, 4], domain: within(-1e3, 1e3) }).name}, ${1 + draft.choose(2)}, 1, 0.7, 0.5)`,
  },
  {
    name: 'distance of rows',
    family: 'normalization',
    build: (draft) => {
      const a = draft.operand({ rank: [2, 2] });
      const b = draft.operand({ shape: a.shape });
      return `tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(${a.name}, ${b.name})), 1), 0.1))`;
    },
  },
  {
    name: 'mean of a square, sized',
    family: 'reduction',
    build: (draft) => {
      const x = draft.operand({ rank: [0, 6] });
      return `tf.div(tf.sum(tf.square(${x.name})), ${sizeOf(x.shape)})`;
    },
  },
];
