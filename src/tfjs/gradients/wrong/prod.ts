import { sizeOf } from '../../../numerics/shape.ts';
import { kernelGradient } from '../gradient.ts';

/**
 * dx_i = dy (product of the x_j, j < i) (product of the x_j, j > i) over the axes of the product: without a division,
 * so a factor may be 0. TensorFlow.js does not accept a negative axis. parseAxisParam takes no axis for all of them.
 */
export const prod = kernelGradient<{ axis?: number | number[] | null }>({
  kernelName: 'Prod',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, { axis }) => {
    const x = saved[0]!;
    return {
      x: () => {
        const axes = tf.util.parseAxisParam(axis!, x.shape);
        const kept = x.shape.map((_, at) => at).filter((at) => !axes.includes(at));
        const order = [...kept, ...axes];
        const permuted = tf.transpose(x, order);
        const outer = sizeOf(kept.map((at) => x.shape[at]!));
        const factors = tf.reshape(permuted, [outer, sizeOf(axes.map((at) => x.shape[at]!))]);
        const others = tf.mul(tf.cumprod(factors, 1, true), tf.cumprod(factors, 1, true, true));
        const dx = tf.reshape(tf.mul(tf.reshape(dy, [outer, 1]), others), permuted.shape);
        return tf.transpose(
          dx,
          order.map((_, at) => order.indexOf(at)),
        );
      },
    };
  },
});
