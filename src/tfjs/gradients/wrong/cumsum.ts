import { kernelGradient } from '../gradient.ts';

/**
 * dx_i = sum of dy_k over the k whose sum has x_i in it: the running sum of dy from the other end, exclusive where y is.
 * TensorFlow.js transposes once too often, unseen at the last axis only, and takes no negative axis.
 */
export const cumsum = kernelGradient<{ axis: number; exclusive: boolean; reverse: boolean }>({
  kernelName: 'Cumsum',
  gradFunc: (tf, dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis, exclusive, !reverse),
  }),
});
