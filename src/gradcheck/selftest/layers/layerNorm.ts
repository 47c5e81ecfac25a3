import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';

const EPSILON = 1e-5;

/** xHat = (x - mean) / sqrt(variance + epsilon) for each row, and the inverse of that root. */
const normalized = (tf: TF, x: Tensor, epsilon = EPSILON): { xHat: Tensor; inverse: Tensor } => {
  const { mean, variance } = tf.moments(x, 1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return { xHat: tf.mul(tf.sub(x, mean), inverse), inverse };
};

/** dx = (dxHat - mean(dxHat) - xHat mean(dxHat xHat)) / sqrt(variance + epsilon) (Ba et al. 2016, differentiated) */
const inputGradient = (tf: TF, x: Tensor, dxHat: Tensor, epsilon = EPSILON): Tensor => {
  const { xHat, inverse } = normalized(tf, x, epsilon);
  const ofMean = tf.mean(dxHat, 1, true);
  const ofVariance = tf.mul(xHat, tf.mean(tf.mul(dxHat, xHat), 1, true));
  return tf.mul(inverse, tf.sub(tf.sub(dxHat, ofMean), ofVariance));
};

/** Layer norm: x [4,4], gamma [4], beta [4] to [4,4]. */
const correct = (seed: number): ManualSpec<'x' | 'gamma' | 'beta'> => {
  const { signed, positive } = inputsFrom(seed);
  return {
    inputs: { x: signed(4, 4), gamma: positive(4), beta: signed(4) },
    forward: (tf, { x, gamma, beta }) => tf.add(tf.mul(gamma, normalized(tf, x).xHat), beta),
    backward: (tf, { x, gamma }, dy) => ({
      x: inputGradient(tf, x, tf.mul(dy, gamma)),
      // dGamma = sum over rows of dy xHat
      gamma: tf.sum(tf.mul(dy, normalized(tf, x).xHat), 0),
      // dBeta = sum over rows of dy
      beta: tf.sum(dy, 0),
    }),
  };
};

/** The layer and its mistakes. */
export const layerNorm = testedLayer('layer norm', correct, [
  {
    name: 'dropped eps',
    what: 'dx with 1 / sqrt(variance), without the 1e-5',
    gradients: (tf, { x, gamma }, dy) => ({ x: inputGradient(tf, x, tf.mul(dy, gamma), 0) }),
  },
  {
    name: 'mean taken for a constant',
    what: 'dx without mean(dxHat)',
    gradients: (tf, { x, gamma }, dy) => {
      const { xHat, inverse } = normalized(tf, x);
      const dxHat = tf.mul(dy, gamma);
      const ofVariance = tf.mul(xHat, tf.mean(tf.mul(dxHat, xHat), 1, true));
      return { x: tf.mul(inverse, tf.sub(dxHat, ofVariance)) };
    },
  },
  {
    name: 'variance taken for a constant',
    what: 'dx without xHat mean(dxHat xHat)',
    gradients: (tf, { x, gamma }, dy) => {
      const dxHat = tf.mul(dy, gamma);
      return { x: tf.mul(normalized(tf, x).inverse, tf.sub(dxHat, tf.mean(dxHat, 1, true))) };
    },
  },
  {
    name: 'gamma summed over the wrong axis',
    what: 'dGamma = sum over features of dy xHat, not over rows',
    gradients: (tf, { x }, dy) => ({ gamma: tf.sum(tf.mul(dy, normalized(tf, x).xHat), 1) }),
  },
]);
