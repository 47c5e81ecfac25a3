import type { Draft } from '../draft.ts';
import { within } from '../values.ts';
import type { Op } from './op.ts';
import { several } from './reductions.ts';

const CALM = within(-4, 4);

const of = (
  name: string,
  code: (x: string, draft: Draft) => string,
  rank: readonly [number, number] = [0, 3],
): Op => ({
  name,
  family: 'classics',
  build: (draft) => code(draft.operand({ domain: CALM, rank }).name, draft),
});

/** Code as people write it, and code that is hard to check: saturation, cancellation, masks, polynomials with pow. */
export const classics: readonly Op[] = [
  of('pow 1', (x) => `tf.pow(${x}, 1)`),
  of('polynomial by pow', (x) => `tf.add(tf.add(tf.mul(tf.pow(${x}, 3), 0.5), tf.pow(${x}, 2)), ${x})`),
  {
    name: 'attention with a mask',
    family: 'classics',
    build: (draft) => {
      const { name, shape } = draft.operand({
        domain: CALM,
        rank: [2, 2],
        accepts: ({ shape }) => shape[0]! > 1,
      });
      const causal = `tf.linalg.bandPart(tf.ones([${shape[0]}, ${shape[0]}]), -1, 0)`;
      const mask = `tf.mul(tf.sub(1, ${causal}), ${draft.pick(['-1e9', '-3.4e38'])})`;
      return `tf.matMul(tf.softmax(tf.add(tf.matMul(${name}, ${name}, false, true), ${mask})), ${name})`;
    },
  },
  {
    name: 'softmax of wide logits',
    family: 'classics',
    build: (draft) => {
      const x = draft.operand({ domain: CALM, rank: [1, 3], accepts: several }).name;
      return `tf.${draft.pick(['softmax', 'logSoftmax'])}(tf.mul(${x}, ${10 + draft.choose(30)}))`;
    },
  },
  of('sigmoid and log1p', (x, draft) => `tf.log1p(tf.neg(tf.sigmoid(tf.mul(${x}, ${1 + draft.choose(9)}))))`),
  of('tanh and back', (x, draft) => `tf.atanh(tf.tanh(tf.mul(${x}, ${1 + draft.choose(5)})))`),
  of('sine out of cosine', (x) => `tf.sqrt(tf.add(tf.sub(1, tf.square(tf.cos(${x}))), 1e-6))`),
  of(
    'logSumExp of large numbers',
    (x, draft) => `tf.logSumExp(tf.mul(${x}, ${draft.pick(['100', '1e6', '1e30'])}))`,
  ),
  of('sine of large numbers', (x, draft) => `tf.sin(tf.mul(${x}, ${draft.pick(['1e3', '1e6'])}))`),
  of(
    'cancellation',
    (x, draft) => `tf.sub(tf.add(${x}, ${draft.pick(['1e3', '1e6'])}), ${draft.pick(['1e3', '1e6'])})`,
  ),
  of('drowned', (x) => `tf.add(tf.mul(${x}, 1e-12), 1e4)`),
  of('variance as a difference', (x) => `tf.sub(tf.mean(tf.square(${x})), tf.square(tf.mean(${x})))`),
  of('length one', (x) => `tf.div(${x}, tf.sqrt(tf.add(tf.sum(tf.square(${x}), -1, true), 1e-6)))`, [1, 3]),
  of(
    'distances of all pairs',
    (x) =>
      `tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(tf.expandDims(${x}, 0), tf.expandDims(${x}, 1))), -1), 1e-6))`,
    [2, 2],
  ),
  of(
    'squared distances by pow',
    (x) => `tf.sum(tf.pow(tf.sub(tf.expandDims(${x}, 0), tf.expandDims(${x}, 1)), 2), -1)`,
    [2, 2],
  ),
  of('normal density', (x) => `tf.exp(tf.mul(tf.square(${x}), -0.5))`),
  of('softplus by hand', (x) => `tf.log(tf.add(1, tf.exp(${x})))`),
  of('smooth maximum', (x) => `tf.mul(0.5, tf.add(${x}, tf.sqrt(tf.add(tf.square(${x}), 0.01))))`),
  of('hinge', (x) => `tf.mean(tf.relu(tf.sub(1, ${x})))`),
  of('soft threshold', (x) => `tf.mul(tf.sign(${x}), tf.relu(tf.sub(tf.abs(${x}), 0.3)))`),
  {
    name: 'triplet loss',
    family: 'classics',
    build: (draft) => {
      const a = draft.operand({ domain: CALM, rank: [2, 2] });
      const [p, n] = [
        draft.operand({ shape: a.shape, domain: CALM }),
        draft.operand({ shape: a.shape, domain: CALM }),
      ];
      const far = (b: string): string => `tf.sum(tf.square(tf.sub(${a.name}, ${b})), 1)`;
      return `tf.mean(tf.relu(tf.add(tf.sub(${far(p.name)}, ${far(n.name)}), 0.2)))`;
    },
  },
  {
    name: 'divergence of softmaxes',
    family: 'classics',
    build: (draft) => {
      const a = draft.operand({ domain: CALM, rank: [1, 2], accepts: several });
      const b = draft.operand({ domain: CALM, shape: a.shape });
      return `tf.sum(tf.mul(tf.softmax(${a.name}), tf.sub(tf.logSoftmax(${a.name}), tf.logSoftmax(${b.name}))))`;
    },
  },
];
