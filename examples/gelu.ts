import type { GradcheckSpec, Tensor, TF } from 'backproof/gradcheck';

// GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415) as an op with its own gradient, by tf.customGrad:
//   gelu(x) = x Phi(x)        gelu'(x) = Phi(x) + x phi(x)
// with the normal distribution Phi(x) = (1 + erf(x / sqrt 2)) / 2 and its density phi(x) = exp(-x^2 / 2) / sqrt(2 pi).

/** x of any shape, element by element. */
export function gelu(tf: TF, x: Tensor): Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as unknown as [Tensor, (tensors: Tensor[]) => void];
    const cumulative = tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
    // Tensors that the gradient needs must be saved, not closed over: TensorFlow.js disposes of all others.
    save([x, cumulative]);
    return {
      value: tf.mul(x, cumulative),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, cumulative] = saved as [Tensor, Tensor];
        const density = tf.div(tf.exp(tf.div(tf.square(x), -2)), Math.sqrt(2 * Math.PI));
        // dx = dy (Phi(x) + x phi(x))
        return tf.mul(dy, tf.add(cumulative, tf.mul(x, density)));
      },
    };
  });
  return op(x);
}

/** Without a backward, the checker checks the gradient that tf.grad computes, here that of customGrad. */
export const customGelu: GradcheckSpec<'x'> = {
  name: 'GELU by customGrad',
  inputs: { x: [-3.1, -1.3, -0.75, -0.1, 0.0, 0.2, 0.8, 1.6, 4.2] },
  forward: (tf, { x }) => gelu(tf, x),
};

/** The same op inside a larger function, so that customGrad's gradient receives a dy that is not all ones. */
export const customGeluLayer: GradcheckSpec<'x' | 'weight'> = {
  name: 'dense layer with GELU by customGrad',
  inputs: {
    x: [
      [0.4, -1.1, 0.6],
      [1.5, 0.2, -0.9],
    ],
    weight: [
      [0.7, -0.3],
      [-0.5, 1.2],
      [0.9, 0.4],
    ],
  },
  forward: (tf, { x, weight }) => tf.square(gelu(tf, tf.matMul(x, weight))),
};
