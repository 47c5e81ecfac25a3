import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { type KernelGradient, kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

/**
 * dx = dy where y >= 0, dy (y + 1) below: ddy = g times the same factor; the gradient in y is g dy where y < 0, else 0.
 */
export const eluGrad = kernelGradient({
  kernelName: 'EluGrad',
  inputsToSave: ['dy', 'y'],
  gradFunc: (tf, g, saved) => {
    const [dy, y] = saved as [Tensor, Tensor];
    const isBelow = (): Tensor => tf.cast(tf.less(y, 0), 'float32');
    return {
      // d(dy (1 + min(y, 0))) / d dy = 1 + min(y, 0)
      dy: () => tf.mul(g, tf.add(tf.mul(y, isBelow()), 1)),
      // d(dy (1 + min(y, 0))) / dy = dy where y < 0
      y: () => tf.mul(tf.mul(g, dy), isBelow()),
    };
  },
});

type Resize = 'resizeBilinear' | 'resizeNearestNeighbor';

/**
 * The kernel is the transpose of resizing without halfPixelCenters, an attribute that it does not have: ddy = g
 * resized.
 */
const resizeGradOf = (kernelName: string, op: Resize): KernelGradient =>
  kernelGradient<{ alignCorners: boolean }>({
    kernelName,
    inputsToSave: ['images', 'dy'],
    gradFunc: (tf, g, saved, { alignCorners }) => {
      const [images, dy] = saved as [Tensor, Tensor4D];
      return {
        images: () => zerosOf(tf, images),
        dy: () => tf.image[op](g as Tensor4D, [dy.shape[1], dy.shape[2]], alignCorners),
      };
    },
  });

export const resizeBilinearGrad = resizeGradOf('ResizeBilinearGrad', 'resizeBilinear');
export const resizeNearestNeighborGrad = resizeGradOf('ResizeNearestNeighborGrad', 'resizeNearestNeighbor');
