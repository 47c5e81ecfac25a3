import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { Tensor } from '../../../src/gradcheck/types.ts';

await tf.ready();

const steps = [
  [
    [0.1, 0.2],
    [-0.3, 0.4],
    [0.9, -0.8],
  ],
];
type Layer = { apply(x: Tensor): unknown };
/** The identity, with a gradient that is twice as large as it should be. */
const doubled = tf.customGrad(((y: Tensor) => ({
  value: tf.clone(y),
  gradFunc: (dy: Tensor) => tf.mul(2, dy),
})) as never) as (y: Tensor) => Tensor;

const BUILT_AT_FIRST_CALL: [string, () => tf.layers.Layer][] = [
  ['lstm', () => tf.layers.lstm({ units: 2 })],
  ['gru', () => tf.layers.gru({ units: 2, recurrentInitializer: 'orthogonal' })],
  [
    'cells',
    () => tf.layers.rnn({ cell: [tf.layers.simpleRNNCell({ units: 2 }), tf.layers.gruCell({ units: 1 })] }),
  ],
  [
    'both directions',
    () =>
      tf.layers.bidirectional({
        layer: tf.layers.lstm({ units: 1 }) as tf.RNN,
        mergeMode: 'concat',
      } as never),
  ],
  ['dense, he', () => tf.layers.dense({ units: 2, kernelInitializer: 'heNormal' })],
];

describe('layers that are built at their first call', () => {
  for (const [name, make] of BUILT_AT_FIRST_CALL) {
    it(`${name}: right, and wrong where the gradient is`, async () => {
      const layer = make();
      const forward = (_: unknown, { x }: Record<string, Tensor>) => layer.apply(x!) as Tensor;
      const notChecked = await gradcheck({ inputs: { x: steps }, forward });
      const message = notChecked.status === 'pass' ? 'pass' : notChecked.message;
      expect(message).toBe('pass');
      const weights = layer.trainableWeights.map((weight) => (weight.read() as tf.Variable).name);
      expect(notChecked.dependence?.unchecked.toSorted()).toEqual(weights.toSorted());
      expect(notChecked.message).toContain('Not checked: ');
      const fresh = make();
      const wrong = await gradcheck({
        inputs: { x: steps },
        variables: () => fresh,
        forward: (_, { x }) => doubled(fresh.apply(x) as Tensor),
      });
      expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'tf autodiff' });
      expect(Object.keys(wrong.inputs)).toHaveLength(1 + weights.length);
    });
  }

  it('their weights are made once, and stay as they were made', async () => {
    const layer = tf.layers.dense({ units: 2 });
    const spec = {
      inputs: { x: steps },
      variables: () => layer,
      forward: (_: unknown, { x }: Record<string, Tensor>) => layer.apply(x!) as Tensor,
    };
    await gradcheck(spec);
    const count = tf.memory().numTensors;
    const [kernel] = layer.getWeights();
    const made = Array.from(kernel!.dataSync());
    expect(await gradcheck(spec)).toMatchObject({ status: 'pass', dependence: { unchecked: [] } });
    expect(Array.from(layer.getWeights()[0]!.dataSync())).toEqual(made);
    expect(tf.memory().numTensors).toBe(count);
  });

  it('a sequence of one step: TensorFlow.js has no gradient of unstack there', async () => {
    const layer = tf.layers.rnn({ cell: tf.layers.simpleRNNCell({ units: 2 }) }) as Layer;
    const result = await gradcheck({
      inputs: { x: [[[0.5, -0.25]]] },
      forward: (_, { x }) => layer.apply(x) as Tensor,
    });
    expect(result.status).toBe('unsupported');
    expect(result.message).toContain('its gradient of Unpack throws');
  });

  it('one that carries a state from run to run is not repeatable', async () => {
    const layer = tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [1, 3, 2] }) as Layer;
    const result = await gradcheck({ inputs: { x: steps }, forward: (_, { x }) => layer.apply(x) as Tensor });
    expect(result).toMatchObject({ status: 'fail', stage: 'repeatable' });
  });
});
