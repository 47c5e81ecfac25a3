import { kernelGradient } from '../gradient.ts';

/**
 * dx_i = the sum of dy_k over the k whose sum contains x_i: the running sum of dy from the other end, exclusive where y
 * is. TensorFlow.js transposes once too often, which only the last axis hides, and does not accept a negative axis.
 */
export const cumsum = kernelGradient<{ axis: number; exclusive: boolean; reverse: boolean }>({
  kernelName: 'Cumsum',
  gradFunc: (tf, dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis, exclusive, !reverse),
  }),
});
