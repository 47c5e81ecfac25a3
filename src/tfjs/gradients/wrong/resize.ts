import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/**
 * y = R x C^T for each channel, where R [newHeight, height] and C [newWidth, width] are the interpolation weights, so
 * dx = R^T dy C. TensorFlow.js ignores halfPixelCenters here; without them its own kernel computes dx in one step.
 */
const resized = (kernelName: string, op: 'resizeBilinear' | 'resizeNearestNeighbor'): KernelGradient =>
  kernelGradient<ResizeAttributes>({
    kernelName,
    inputsToSave: ['images'],
    gradFunc: (tf, dy, saved, attributes) => {
      const images = saved[0]!;
      return {
        images: () => {
          if (!attributes.halfPixelCenters)
            return tf.engine().runKernel(`${kernelName}Grad`, { images, dy }, { ...attributes }) as Tensor;
          const [batch, height, width, depth] = images.shape as [number, number, number, number];
          const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
          const rows = shares(tf, op, height, newHeight);
          const columns = shares(tf, op, width, newWidth);
          const byRows = tf.matMul(rows, tf.reshape(dy, [batch, newHeight, newWidth * depth]), true);
          const byColumns = tf.matMul(columns, tf.reshape(byRows, [batch * height, newWidth, depth]), true);
          return tf.reshape(byColumns, images.shape);
        },
      };
    },
  });

/**
 * The interpolation weights [newLength, length], computed by the op itself: it resizes an image with one channel for
 * each pixel, in which only that pixel is 1.
 */
function shares(
  tf: TF,
  op: 'resizeBilinear' | 'resizeNearestNeighbor',
  length: number,
  newLength: number,
): Tensor2D {
  const pixels = tf.reshape(tf.eye(length), [1, length, 1, length]) as Tensor4D;
  return tf.reshape(tf.image[op](pixels, [newLength, 1], false, true), [newLength, length]);
}

export const resize: readonly KernelGradient[] = [
  resized('ResizeBilinear', 'resizeBilinear'),
  resized('ResizeNearestNeighbor', 'resizeNearestNeighbor'),
];
