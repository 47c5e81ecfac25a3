import type { GradcheckSpec, Tensor, TF } from 'backproof/gradcheck';

// Layer norm (Ba, Kiros and Hinton 2016, arXiv:1607.06450), row by row over the last axis:
//   xHat = (x - mean(x)) / sqrt(variance(x) + epsilon)        y = gamma xHat + beta

const EPSILON = 1e-5;

function normalize(tf: TF, x: Tensor): { xHat: Tensor; inverse: Tensor } {
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, EPSILON));
  return { xHat: tf.mul(tf.sub(x, mean), inverse), inverse };
}

export const layerNorm: GradcheckSpec<'x' | 'gamma' | 'beta'> = {
  name: 'layer norm',
  inputs: {
    x: [
      [0.2, -1.4, 0.9, 1.7, -0.5],
      [1.1, 0.3, -0.8, 0.6, 2.2],
      [-1.9, 0.7, 0.1, -0.4, 1.3],
    ],
    gamma: [1.0, 0.8, -1.2, 0.5, 1.5],
    beta: [0.1, -0.2, 0.3, 0.0, -0.4],
  },
  forward: (tf, { x, gamma, beta }) => tf.add(tf.mul(gamma, normalize(tf, x).xHat), beta),
  backward(tf, { x, gamma }, dy) {
    const { xHat, inverse } = normalize(tf, x);
    // dxHat = dy gamma
    const dxHat = tf.mul(dy, gamma);
    // Mean and variance depend on every x of the row, so dxHat loses its components along 1 and along xHat:
    // dx = (dxHat - mean(dxHat) - xHat mean(dxHat xHat)) / sqrt(variance + epsilon)
    const along1 = tf.mean(dxHat, -1, true);
    const alongXHat = tf.mul(xHat, tf.mean(tf.mul(dxHat, xHat), -1, true));
    return {
      x: tf.mul(inverse, tf.sub(tf.sub(dxHat, along1), alongXHat)),
      // dGamma = sum over rows of dy xHat
      gamma: tf.sum(tf.mul(dy, xHat), 0),
      // dBeta = sum over rows of dy
      beta: tf.sum(dy, 0),
    };
  },
};
