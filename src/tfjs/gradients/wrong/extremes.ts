import type { Tensor } from '@tensorflow/tfjs';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

/**
 * dx = dy at the largest element, 0 elsewhere; equal largest elements share it, as in TensorFlow (`_MinOrMaxGrad`,
 * tensorflow/python/ops/math_grad.py). TensorFlow.js gives all of dy to each of them: the maximum of two copies of x
 * then has the derivative 2.
 */
const extreme = (kernelName: string, axisName: string): KernelGradient =>
  kernelGradient<Record<string, number | number[]>>({
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (tf, dy, saved, attributes) => {
      const [x, y] = saved as [Tensor, Tensor];
      return {
        x: () => {
          const axes = tf.util.parseAxisParam(attributes[axisName]!, x.shape);
          const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
          const isExtreme = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
          const shared = tf.div(tf.reshape(dy, kept), tf.sum(isExtreme, axes, true));
          return tf.mul(shared, isExtreme);
        },
      };
    },
  });

export const extremes: readonly KernelGradient[] = [
  extreme('Max', 'reductionIndices'),
  extreme('Min', 'axis'),
];
