import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';
import { type DenseInput, gradientsFrom, logitsOf } from './dense.ts';

/** Number of samples, features and outputs: all equal, so that no shape reveals a mistake. */
const N = 3;
const TARGET = [0.9, 0.1, 0.4, 0.7, 0.2, 0.6, 0.3, 0.8, 0.5];

type Inputs = Record<DenseInput, Tensor>;

const predictionOf = (tf: TF, inputs: Inputs): Tensor => tf.sigmoid(logitsOf(tf, inputs));
const errorOf = (tf: TF, inputs: Inputs): Tensor =>
  tf.sub(predictionOf(tf, inputs), tf.tensor2d(TARGET, [N, N]));

/** dPrediction = dy 2 (p - target) / size */
const predictionGradient = (tf: TF, inputs: Inputs, dy: Tensor): Tensor =>
  tf.mul(dy, tf.mul(2 / TARGET.length, errorOf(tf, inputs)));
/** dLogits = dPrediction s(z) (1 - s(z)) */
const logitsGradient = (tf: TF, inputs: Inputs, dy: Tensor): Tensor => {
  const prediction = predictionOf(tf, inputs);
  const slope = tf.mul(prediction, tf.sub(1, prediction));
  return tf.mul(predictionGradient(tf, inputs, dy), slope);
};
/** Dense layer, sigmoid and mean squared error: x [3,3], weight [3,3], bias [3] to a scalar. */
const correct = (seed: number): ManualSpec<DenseInput> => {
  const { signed } = inputsFrom(seed);
  return {
    inputs: { x: signed(N, N), weight: signed(N, N), bias: signed(N) },
    // L = mean of (s(z) - target)^2
    forward: (tf, inputs) => tf.mean(tf.square(errorOf(tf, inputs))),
    backward: (tf, inputs, dy) => gradientsFrom(tf, inputs, logitsGradient(tf, inputs, dy)),
  };
};

/** The layer and its mistakes. */
export const sigmoidSquared = testedLayer('dense + sigmoid + squared error', correct, [
  {
    name: "missing sigmoid'",
    what: 'dLogits = dPrediction',
    gradients: (tf, inputs, dy) => gradientsFrom(tf, inputs, predictionGradient(tf, inputs, dy)),
  },
  {
    name: "sigmoid' of the prediction",
    what: "s'(s(z)) in place of s'(z): sigmoid taken twice",
    gradients: (tf, inputs, dy) => {
      const twice = tf.sigmoid(predictionOf(tf, inputs));
      const slope = tf.mul(twice, tf.sub(1, twice));
      return gradientsFrom(tf, inputs, tf.mul(predictionGradient(tf, inputs, dy), slope));
    },
  },
  {
    name: 'missing factor 2 of the square',
    what: 'dPrediction = (p - target) / size',
    gradients: (tf, _inputs, _dy, { x, weight, bias }) => ({
      x: tf.div(x, 2),
      weight: tf.div(weight, 2),
      bias: tf.div(bias, 2),
    }),
  },
  {
    name: 'bias summed over the wrong axis',
    what: 'dBias = sum over outputs of dLogits, not over samples',
    gradients: (tf, inputs, dy) => ({ bias: tf.sum(logitsGradient(tf, inputs, dy), 1) }),
  },
]);
