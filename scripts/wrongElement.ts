import type { Tensor, TF } from '../src/gradcheck/index.ts';

/** x, with one element of its gradient multiplied by 1 + error. */
export function withWrongElement(tf: TF, x: Tensor, flat: number, error: number): Tensor {
  const mask = new Float64Array(x.size);
  mask[flat] = error;
  const wrong = tf.customGrad((given) => ({
    value: tf.clone(given as Tensor),
    // TensorFlow.js in double precision accepts doubles.
    gradFunc: (dy: Tensor) => tf.mul(dy, tf.add(1, tf.tensor(mask.slice() as never, x.shape))),
  }));
  return wrong(x);
}
