import type { Tensor, TF } from '../../types.ts';

/** A dense layer's inputs: x [n,m], weight [m,k], bias [k]. */
export type DenseInput = 'x' | 'weight' | 'bias';
type DenseTensors = Record<DenseInput, Tensor>;

/** logits = x . weight + bias */
export const logitsOf = (tf: TF, { x, weight, bias }: DenseTensors): Tensor =>
  tf.add(tf.matMul(x, weight), bias);

/** The gradients with respect to all inputs, from the gradient with respect to the logits [n,k]. */
export const gradientsFrom = (
  tf: TF,
  { x, weight }: Pick<DenseTensors, 'x' | 'weight'>,
  dLogits: Tensor,
): DenseTensors => ({
  // dx = dLogits . weight'
  x: tf.matMul(dLogits, weight, false, true),
  // dWeight = x' . dLogits
  weight: tf.matMul(x, dLogits, true, false),
  // dBias = sum over samples of dLogits
  bias: tf.sum(dLogits, 0),
});
