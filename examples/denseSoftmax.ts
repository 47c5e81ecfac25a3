import type { Tensor1D } from '@tensorflow/tfjs';
import type { GradcheckSpec, Tensor, TF } from 'backproof/gradcheck';

// A dense layer, softmax and the cross-entropy, averaged over the batch.
//   z = x . weight + bias        p = softmax(z)        loss = mean over samples of -log p[label]
// The two derivatives of softmax and logarithm combine to p - oneHot(label): Goodfellow, Bengio and Courville,
// Deep Learning (2016), section 6.2.2.3.

type Input = 'x' | 'weight' | 'bias' | 'label';

const CLASSES = 3;

const logitsOf = (tf: TF, { x, weight, bias }: Record<Input, Tensor>): Tensor =>
  tf.add(tf.matMul(x, weight), bias);

export const denseSoftmax: GradcheckSpec<Input> = {
  name: 'dense + softmax cross-entropy',
  inputs: {
    x: [
      [0.5, -1.2, 0.3, 2.0],
      [-0.7, 0.4, 1.1, -0.2],
    ],
    weight: [
      [0.1, -0.4, 0.7],
      [0.9, 0.2, -0.3],
      [-0.6, 0.8, 0.5],
      [0.3, -0.1, -0.9],
    ],
    bias: [0.05, -0.15, 0.25],
    // Whole numbers are passed on and have no gradient.
    label: { values: [2, 0], shape: [2], dtype: 'int32' },
  },
  forward(tf, inputs) {
    const z = logitsOf(tf, inputs);
    const label = tf.oneHot(inputs.label as Tensor1D, CLASSES);
    // -log p[label] = log(sum exp z) - z[label]
    return tf.mean(tf.sub(tf.logSumExp(z, 1), tf.sum(tf.mul(label, z), 1)));
  },
  backward(tf, inputs, dy) {
    const label = tf.oneHot(inputs.label as Tensor1D, CLASSES);
    const [samples] = inputs.label.shape as [number];
    // dz = dy (p - label) / samples
    const dz = tf.mul(dy, tf.div(tf.sub(tf.softmax(logitsOf(tf, inputs)), label), samples));
    return {
      // dx = dz . weight'
      x: tf.matMul(dz, inputs.weight, false, true),
      // dWeight = x' . dz
      weight: tf.matMul(inputs.x, dz, true, false),
      // dBias = sum over samples of dz
      bias: tf.sum(dz, 0),
    };
  },
};
