import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';
import { type DenseInput, gradientsFrom, logitsOf } from './dense.ts';

/** Number of samples, features and classes: all equal, so that no shape reveals a mistake. */
const N = 4;

const labelOf = (tf: TF): Tensor => tf.oneHot([2, 0, 1, 0], N, 1, 0, 'float32');

/** Dense layer and mean softmax cross-entropy over the batch: x [4,4], weight [4,4], bias [4] to a scalar. */
const correct = (seed: number): ManualSpec<DenseInput> => {
  const { signed } = inputsFrom(seed);
  return {
    inputs: { x: signed(N, N), weight: signed(N, N), bias: signed(N) },
    forward: (tf, inputs) => {
      // L = mean over samples of log(sum exp z) - z[label]
      const logits = logitsOf(tf, inputs);
      const picked = tf.sum(tf.mul(labelOf(tf), logits), 1);
      return tf.mean(tf.sub(tf.logSumExp(logits, 1), picked));
    },
    backward: (tf, inputs, dy) => {
      // dLogits = dy (softmax(z) - label) / N
      const error = tf.sub(tf.softmax(logitsOf(tf, inputs)), labelOf(tf));
      return gradientsFrom(tf, inputs, tf.mul(dy, tf.div(error, N)));
    },
  };
};

/** The layer and its mistakes. */
export const denseSoftmax = testedLayer('dense + softmax cross-entropy', correct, [
  {
    name: 'missing 1/batch',
    what: 'dLogits = p - label, not divided by the batch',
    gradients: (tf, _inputs, _dy, { x, weight, bias }) => ({
      x: tf.mul(N, x),
      weight: tf.mul(N, weight),
      bias: tf.mul(N, bias),
    }),
  },
  {
    name: 'label not subtracted',
    what: 'dLogits = p / N',
    gradients: (tf, inputs, dy) => {
      const p = tf.softmax(logitsOf(tf, inputs));
      return gradientsFrom(tf, inputs, tf.mul(dy, tf.div(p, N)));
    },
  },
  {
    name: 'bias not summed',
    what: 'dBias = dLogits, of shape [4,4]',
    gradients: (tf, inputs, dy) => {
      const error = tf.sub(tf.softmax(logitsOf(tf, inputs)), labelOf(tf));
      return { bias: tf.mul(dy, tf.div(error, N)) };
    },
  },
  {
    name: 'weight gradient transposed',
    what: "dWeight = dLogits' . x",
    gradients: (tf, _inputs, _dy, { weight }) => ({ weight: tf.transpose(weight) }),
  },
  {
    name: 'weight not transposed',
    what: "dx = dLogits . weight in place of weight'",
    gradients: (tf, inputs, dy) => {
      const error = tf.sub(tf.softmax(logitsOf(tf, inputs)), labelOf(tf));
      return { x: tf.matMul(tf.mul(dy, tf.div(error, N)), inputs.weight) };
    },
  },
  {
    name: 'first sample only',
    what: 'dx of the first sample, zeros for all others',
    gradients: (tf, _inputs, _dy, { x }) => ({ x: tf.mul(x, tf.tensor2d([1, 0, 0, 0], [N, 1])) }),
  },
]);
