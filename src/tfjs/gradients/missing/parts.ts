import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';

/**
 * One dy for each part: if there is only one part, TensorFlow.js passes dy without an array, and its own gradients
 * fail.
 */
const each = (dy: Tensor | Tensor[]): Tensor[] => [dy].flat();

/** The parts of x along the axis, which they lack: dx = dy stacked. */
export const unpack = kernelGradient<{ axis: number }, Tensor | Tensor[]>({
  kernelName: 'Unpack',
  gradFunc: (tf, dy, _saved, { axis }) => ({ value: () => tf.stack(each(dy), axis) }),
});

/** The parts of x along the axis: dx = dy concatenated. */
export const splitV = kernelGradient<{ axis: number }, Tensor | Tensor[]>({
  kernelName: 'SplitV',
  gradFunc: (tf, dy, _saved, { axis }) => ({ x: () => tf.concat(each(dy), axis) }),
});
