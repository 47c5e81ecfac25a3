import { kernelGradient } from '../gradient.ts';

/** y has x on its diagonal: dx = the diagonal of dy. TensorFlow's `_DiagGrad`. */
export const diag = kernelGradient({
  kernelName: 'Diag',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved) => {
    const x = saved[0]!;
    return {
      x: () => {
        const square = tf.reshape(dy, [x.size, x.size]);
        return tf.reshape(tf.sum(tf.mul(square, tf.eye(x.size)), 1), x.shape);
      },
    };
  },
});
