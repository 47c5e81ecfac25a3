import type { Draft, Variable } from '../draft.ts';
import { within } from '../values.ts';
import type { Op } from './op.ts';
import { several } from './reductions.ts';

const CALM = within(-30, 30);

const initializer = (draft: Draft, kind = 'glorotUniform'): string =>
  `tf.initializers.${kind}({ seed: ${1 + draft.choose(1000)} })`;
const trained = (draft: Draft): string =>
  `kernelInitializer: ${initializer(draft)}, biasInitializer: ${initializer(draft, 'randomNormal')}`;

const applied = (draft: Draft, kind: string, settings: string, x: Variable): string =>
  `${draft.layer(kind, settings, x.shape)}.apply(${x.name})`;

const recurrent = (kind: string): Op => ({
  name: `layers.${kind}`,
  family: 'layers',
  build: (draft) => {
    const x = draft.operand({
      shape: [1 + draft.choose(2), 2 + draft.choose(2), 1 + draft.choose(3)],
      domain: CALM,
    });
    const sequences = `returnSequences: ${draft.choose(2) === 1}`;
    const settings = `units: 2, ${trained(draft)}, recurrentInitializer: ${initializer(draft)}, ${sequences}`;
    return applied(draft, kind, settings, x);
  },
});

const loop = (name: string, body: (draft: Draft) => string): Op => ({ name, family: 'loops', build: body });

export const layers: readonly Op[] = [
  {
    name: 'layers.dense',
    family: 'layers',
    build: (draft) => {
      const x = draft.operand({ rank: [2, 3], domain: CALM });
      const activation = draft.pick([
        'linear',
        'relu',
        'tanh',
        'sigmoid',
        'softplus',
        'softmax',
        'elu',
        'selu',
      ]);
      return applied(
        draft,
        'dense',
        `units: ${1 + draft.choose(3)}, activation: '${activation}', ${trained(draft)}`,
        x,
      );
    },
  },
  {
    name: 'layers.conv2d',
    family: 'layers',
    build: (draft) => {
      const x = draft.operand({ shape: [1, 3, 3 + draft.choose(2), 1 + draft.choose(2)], domain: CALM });
      return applied(draft, 'conv2d', `filters: 2, kernelSize: 2, ${trained(draft)}`, x);
    },
  },
  {
    name: 'layers.conv1d',
    family: 'layers',
    build: (draft) => {
      const x = draft.operand({ shape: [1 + draft.choose(2), 4, 1 + draft.choose(2)], domain: CALM });
      return applied(draft, 'conv1d', `filters: 2, kernelSize: 2, ${trained(draft)}`, x);
    },
  },
  ...['lstm', 'gru', 'simpleRNN'].map(recurrent),
  {
    name: 'layers.layerNormalization',
    family: 'layers',
    build: (draft) =>
      applied(
        draft,
        'layerNormalization',
        'axis: -1',
        draft.operand({ rank: [2, 3], domain: CALM, accepts: several }),
      ),
  },
  {
    name: 'layers.batchNormalization',
    family: 'layers',
    build: (draft) =>
      applied(draft, 'batchNormalization', 'axis: -1', draft.operand({ rank: [2, 4], domain: CALM })),
  },
  {
    name: 'layers.maxPooling2d',
    family: 'layers',
    build: (draft) =>
      applied(draft, 'maxPooling2d', 'poolSize: 2, strides: 1', draft.operand({ shape: [1, 3, 3, 2] })),
  },
  {
    name: 'layers.globalAveragePooling2d',
    family: 'layers',
    build: (draft) => applied(draft, 'globalAveragePooling2d', '', draft.operand({ rank: [4, 4] })),
  },
  {
    name: 'layers.flatten',
    family: 'layers',
    build: (draft) => applied(draft, 'flatten', '', draft.operand({ rank: [2, 4] })),
  },
  loop('loop of a recurrence', (draft) => {
    const state = draft.operand({ rank: [2, 2], domain: CALM });
    const size = state.shape[1]!;
    const weight = draft.operand({ shape: [size, size], domain: CALM });
    const bias = draft.operand({ shape: [size], domain: CALM });
    const body = `s = tf.tanh(tf.add(tf.matMul(s, ${weight.name}), ${bias.name}))`;
    return `(() => { let s = ${state.name}; for (let i = 0; i < ${1 + draft.choose(4)}; i++) ${body}; return s; })()`;
  }),
  loop('loop that adds up', (draft) => {
    const x = draft.operand({ domain: CALM });
    const body = `s = tf.add(s, tf.sin(tf.mul(${x.name}, i + 1)))`;
    return `(() => { let s = ${x.name}; for (let i = 0; i < ${1 + draft.choose(5)}; i++) ${body}; return s; })()`;
  }),
  loop('loop over rows', (draft) => {
    const x = draft.operand({ rank: [2, 2], domain: CALM });
    const row = `tf.reshape(tf.slice(${x.name}, [i, 0], [1, ${x.shape[1]}]), [-1])`;
    const body = `s = tf.add(tf.mul(s, 0.5), tf.square(${row}))`;
    return `(() => { let s = tf.zeros([${x.shape[1]}]); for (let i = 0; i < ${x.shape[0]}; i++) ${body}; return s; })()`;
  }),
  loop("Newton's root", (draft) => {
    const x = draft.operand({ domain: within(0.2, 50) }).name;
    return `(() => { let s = tf.add(${x}, 1); for (let i = 0; i < 3; i++) s = tf.mul(0.5, tf.add(s, tf.div(${x}, s))); return s; })()`;
  }),
  loop('power by a loop', (draft) => {
    const x = draft.operand({ domain: within(-100, 100) }).name;
    return `(() => { let s = ${x}; for (let i = 0; i < ${1 + draft.choose(3)}; i++) s = tf.mul(s, ${x}); return s; })()`;
  }),
];
