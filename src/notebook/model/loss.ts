import type { Scalar, Tensor2D, TF } from '../../tfjs/types.ts';

/** The notebook adds this inside its logarithms. */
export const LOGGED_LOSS_EPSILON = 1e-7;

/** 1 / (1 + exp(-logit)) (notebook cell 2, `prediction`). Shapes [n,1]. */
export function sigmoid(tf: TF, logit: Tensor2D): Tensor2D {
  return tf.sigmoid(logit);
}

/** Labels y [n,1] of ones and zeros, and what the losses compute from them alone, each [n,1]. */
export type LabelTensors = {
  readonly label: Tensor2D;
  /** The sign of a wrong logit: 1 - 2 y, so -1 for label 1 and 1 for label 0. */
  readonly wrongSign: Tensor2D;
  /** 1 - y */
  readonly complement: Tensor2D;
};

export function labelTensors(tf: TF, label: Tensor2D): LabelTensors {
  return { label, wrongSign: wrongSign(tf, label), complement: tf.sub(1, label) };
}

const wrongSign = (tf: TF, label: Tensor2D): Tensor2D => tf.sub(1, tf.mul(2, label));

/**
 * The exact binary cross-entropy of each sample, written on the logit so that it neither overflows nor loses precision.
 * The notebook's backward pass is the gradient of this loss. logit [n,1] -> [n,1]
 */
export function logitsLosses(
  tf: TF,
  logit: Tensor2D,
  { wrongSign }: Pick<LabelTensors, 'wrongSign'>,
): Tensor2D {
  // -y log s(z) - (1 - y) log(1 - s(z)) = log(1 + exp((1 - 2 y) z)) for y = 1 and for y = 0
  return tf.softplus(tf.mul(wrongSign, logit));
}

/** The same, summed. logit [n,1], label [n,1] of ones and zeros -> scalar */
export function logitsLoss(tf: TF, logit: Tensor2D, label: Tensor2D): Scalar {
  return tf.sum(logitsLosses(tf, logit, { wrongSign: wrongSign(tf, label) }));
}

/** Its gradient with respect to the logit (notebook cell 3, `d_loss`). prediction, label [n,1] -> dLogit [n,1] */
export function logitsLossBackward(tf: TF, prediction: Tensor2D, label: Tensor2D): Tensor2D {
  // dLogit = s(z) - y
  return tf.sub(prediction, label);
}

/**
 * The loss that the notebook logs for each sample (cell 4), with 1e-7 inside its logarithms. Its gradient is not the
 * one above: for y = 1 it is p / (p + 1e-7) times that, for y = 0 (1 - p) / (1 - p + 1e-7) times.
 * prediction [n,1] -> [n,1]
 */
export function loggedLosses(
  tf: TF,
  prediction: Tensor2D,
  { wrongSign, complement }: Omit<LabelTensors, 'label'>,
): Tensor2D {
  // -y log(p + 1e-7) - (1 - y) log(1 - p + 1e-7) = -log(q + 1e-7), where q is the probability of the label:
  // (1 - y) - (1 - 2 y) p, which is p for y = 1 and 1 - p for y = 0, to the bit
  const q = tf.sub(complement, tf.mul(wrongSign, prediction));
  return tf.neg(tf.log(tf.add(q, LOGGED_LOSS_EPSILON)));
}

/** The same, summed, as the notebook does over an epoch. prediction, label [n,1] -> scalar */
export function loggedLoss(tf: TF, prediction: Tensor2D, label: Tensor2D): Scalar {
  return tf.sum(loggedLosses(tf, prediction, labelTensors(tf, label)));
}
