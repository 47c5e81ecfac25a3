import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';

/** One dy a part: of one part only, TensorFlow.js hands it over without its array, and its own gradients fail. */
const each = (dy: Tensor | Tensor[]): Tensor[] => [dy].flat();

/** The parts of x along the axis, without it: dx = dy stacked. */
export const unpack = kernelGradient<{ axis: number }, Tensor | Tensor[]>({
  kernelName: 'Unpack',
  gradFunc: (tf, dy, _saved, { axis }) => ({ value: () => tf.stack(each(dy), axis) }),
});

/** The parts of x along the axis: dx = dy joined. */
export const splitV = kernelGradient<{ axis: number }, Tensor | Tensor[]>({
  kernelName: 'SplitV',
  gradFunc: (tf, dy, _saved, { axis }) => ({ x: () => tf.concat(each(dy), axis) }),
});
