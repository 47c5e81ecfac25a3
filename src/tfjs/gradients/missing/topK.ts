import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';

/** values_i = x[indices_i] along the last axis: dx has dvalues_i at indices_i. TensorFlow's `_TopKGrad`. */
export const topK = kernelGradient<{ k: number }, Tensor[]>({
  kernelName: 'TopK',
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (tf, [dValues], saved) => {
    const [x, indices] = saved as [Tensor, Tensor];
    return {
      x: () => {
        const length = x.shape.at(-1)!;
        const [rows, k] = [x.size / length, indices.shape.at(-1)!];
        const row = tf.tile(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), [1, k]);
        const places = tf.stack([tf.reshape(row, [-1]), tf.reshape(indices, [-1])], 1);
        const dx = tf.scatterND(places, tf.reshape(dValues!, [rows * k]), [rows, length]);
        return tf.reshape(dx, x.shape);
      },
    };
  },
});
