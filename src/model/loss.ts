import type { Scalar, Tensor2D, TF } from './tf.ts';

/** What the notebook adds inside its logarithms. */
export const LOGGED_LOSS_EPSILON = 1e-7;

/** 1 / (1 + exp(-logit)) (notebook cell 2, `prediction`). Shapes [n,1]. */
export function sigmoid(tf: TF, logit: Tensor2D): Tensor2D {
  return tf.sigmoid(logit);
}

/**
 * The exact binary cross-entropy, written on the logit so that it neither overflows nor loses its digits:
 * the loss whose gradient the notebook's backward pass is. logit, label [n,1] -> scalar, summed over n.
 */
export function logitsLoss(tf: TF, logit: Tensor2D, label: Tensor2D): Scalar {
  // -y log s(z) - (1 - y) log(1 - s(z)) = max(z, 0) - y z + log(1 + exp(-|z|))
  const linear = tf.sub(tf.relu(logit), tf.mul(label, logit));
  return tf.sum(tf.add(linear, tf.log1p(tf.exp(tf.neg(tf.abs(logit))))));
}

/** Its gradient by the logit (notebook cell 3, `d_loss`). prediction, label [n,1] -> dLogit [n,1] */
export function logitsLossBackward(tf: TF, prediction: Tensor2D, label: Tensor2D): Tensor2D {
  // dLogit = s(z) - y
  return tf.sub(prediction, label);
}

/**
 * The loss that the notebook logs (cell 4), with 1e-7 inside its logarithms. Its gradient is not the one above:
 * for y = 1 it is p / (p + 1e-7) of it, for y = 0 (1 - p) / (1 - p + 1e-7).
 * prediction, label [n,1] -> scalar, summed over n.
 */
export function loggedLoss(tf: TF, prediction: Tensor2D, label: Tensor2D): Scalar {
  // -y log(p + 1e-7) - (1 - y) log(1 - p + 1e-7)
  const positive = tf.mul(label, tf.log(tf.add(prediction, LOGGED_LOSS_EPSILON)));
  const rest = tf.sub(1, prediction);
  const negative = tf.mul(tf.sub(1, label), tf.log(tf.add(rest, LOGGED_LOSS_EPSILON)));
  return tf.neg(tf.sum(tf.add(positive, negative)));
}
