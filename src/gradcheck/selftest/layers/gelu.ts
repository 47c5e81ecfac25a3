import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';

/** Phi(x) = (1 + erf(x / sqrt 2)) / 2 */
const cumulative = (tf: TF, x: Tensor): Tensor => tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
/** phi(x) = exp(-x^2 / 2) / sqrt(2 pi) */
const density = (tf: TF, x: Tensor): Tensor =>
  tf.div(tf.exp(tf.div(tf.square(x), -2)), Math.sqrt(2 * Math.PI));

/** GELU, x Phi(x) (Hendrycks and Gimpel 2016): x [6] to [6]. */
const correct = (seed: number): ManualSpec<'x'> => ({
  inputs: { x: inputsFrom(seed).signed(6) },
  forward: (tf, { x }) => tf.mul(x, cumulative(tf, x)),
  // dx = dy (Phi(x) + x phi(x))
  backward: (tf, { x }, dy) => ({
    x: tf.mul(dy, tf.add(cumulative(tf, x), tf.mul(x, density(tf, x)))),
  }),
});

/** The layer and its mistakes. */
export const gelu = testedLayer('GELU', correct, [
  {
    name: 'derivative of the approximation',
    what: "x s(1.702 x)' in place of x Phi(x)'",
    gradients: (tf, { x }, dy) => {
      const s = tf.sigmoid(tf.mul(1.702, x));
      const slope = tf.mul(tf.mul(1.702, x), tf.mul(s, tf.sub(1, s)));
      return { x: tf.mul(dy, tf.add(s, slope)) };
    },
  },
  {
    name: 'product rule half done',
    what: 'dx = dy Phi(x)',
    gradients: (tf, { x }, dy) => ({ x: tf.mul(dy, cumulative(tf, x)) }),
  },
]);
