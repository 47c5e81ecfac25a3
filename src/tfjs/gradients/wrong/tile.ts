import { sizeOf } from '../../../numerics/shape.ts';
import { kernelGradient } from '../gradient.ts';

/** dx = the sum of the dy of all copies, axis by axis. TensorFlow.js supports no rank above 4. */
export const tile = kernelGradient<{ reps: number[] }>({
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, { reps }) => {
    const x = saved[0]!;
    return {
      x: () => {
        const summed = reps.reduce((gradient, copies, axis) => {
          if (copies === 1) return gradient;
          const length = x.shape[axis]!;
          const outer = sizeOf(x.shape.slice(0, axis));
          const inner = sizeOf(dy.shape.slice(axis + 1));
          return tf.sum(tf.reshape(gradient, [outer, copies, length, inner]), 1);
        }, dy);
        return tf.reshape(summed, x.shape);
      },
    };
  },
});
