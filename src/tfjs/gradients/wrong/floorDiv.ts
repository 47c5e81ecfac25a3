import type { Tensor } from '@tensorflow/tfjs';
import { kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

/** da = db = 0: floor(a / b) is a step function. TensorFlow.js uses the gradient of a / b. */
export const floorDiv = kernelGradient({
  kernelName: 'FloorDiv',
  inputsToSave: ['a', 'b'],
  gradFunc: (tf, _dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    return { a: () => zerosOf(tf, a), b: () => zerosOf(tf, b) };
  },
});
