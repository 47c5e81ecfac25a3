import type { Tensor, TF } from '../../tfjs/types.ts';

/** max(0, convOut), element by element (notebook cell 2, `relu_out`). */
export function relu<T extends Tensor>(tf: TF, convOut: T): T {
  return tf.relu(convOut);
}

/**
 * The gradient with respect to the pre-activation (notebook cell 3: `d_relu` set to 0 where `conv_out <= 0`): dy passes
 * where convOut > 0; elsewhere, and at 0 itself, the derivative is 0. convOut and dy have the same shape.
 */
export function reluBackward<T extends Tensor>(tf: TF, convOut: T, dy: T): T {
  // dx = dy * [convOut > 0]
  return tf.mul(dy, tf.step(convOut));
}
