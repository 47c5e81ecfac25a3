import type { Tensor2D, TF } from '../../tfjs/types.ts';

/**
 * The fully connected layer (notebook cell 2, `logits`).
 *
 * flatOut [n,m], weight [m,1], bias [1,1] -> logit [n,1]
 */
export function dense(tf: TF, flatOut: Tensor2D, weight: Tensor2D, bias: Tensor2D): Tensor2D {
  // logit = flatOut . weight + bias
  return tf.add(tf.matMul(flatOut, weight), bias);
}

/**
 * Its gradients (notebook cell 3, `d_fc_weight`, `d_fc_bias` and the first half of `d_relu`), all from the weight
 * before any update.
 *
 * flatOut [n,m], weight [m,1], dLogit [n,1] -> dWeight [m,1], dBias [1,1], dFlat [n,m]
 */
export function denseBackward(
  tf: TF,
  flatOut: Tensor2D,
  weight: Tensor2D,
  dLogit: Tensor2D,
): { dWeight: Tensor2D; dBias: Tensor2D; dFlat: Tensor2D } {
  return {
    // dWeight[i] = sum over samples of flatOut[i] * dLogit
    dWeight: tf.matMul(flatOut, dLogit, true, false),
    // dBias = sum over samples of dLogit; for one sample that is dLogit itself
    dBias: dLogit.shape[0] === 1 ? dLogit : tf.sum(dLogit, 0, true),
    // dFlat[i] = dLogit * weight[i]
    dFlat: tf.matMul(dLogit, weight, false, true),
  };
}
