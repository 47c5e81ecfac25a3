import type { Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { type GradientCase, of, ofTwo } from './gradientCase.ts';

/**
 * Functions whose second derivative needs a gradient of this package. Squared, because the first derivative of a linear
 * one is constant.
 */
export const secondOrder: readonly GradientCase[] = (
  [
    ofTwo(
      'Conv2DBackpropFilter',
      'conv2d',
      [
        [1, 4, 4, 1],
        [2, 2, 1, 2],
      ],
      (tf, a, b) => tf.conv2d(a as Tensor4D, b as Tensor4D, [1, 2], 'same'),
    ),
    ofTwo(
      'DepthwiseConv2dNativeBackpropFilter',
      'depthwiseConv2d',
      [
        [1, 4, 4, 2],
        [2, 2, 2, 1],
      ],
      (tf, a, b) => tf.depthwiseConv2d(a as Tensor4D, b as Tensor4D, 1, 'valid'),
    ),
    ofTwo(
      'DepthwiseConv2dNativeBackpropInput',
      'depthwiseConv2d, strides',
      [
        [1, 4, 4, 2],
        [2, 2, 2, 1],
      ],
      (tf, a, b) => tf.depthwiseConv2d(a as Tensor4D, b as Tensor4D, 2, 'same'),
    ),
    ofTwo(
      'Conv3DBackpropFilterV2',
      'conv3d',
      [
        [1, 3, 3, 2, 1],
        [2, 2, 2, 1, 2],
      ],
      (tf, a, b) => tf.conv3d(a as Tensor5D, b as Tensor5D, 1, 'valid'),
    ),
    of('MaxPoolGrad', 'maxPool', [2, 4, 4, 2], (tf, x) => tf.maxPool(x as Tensor3D, 2, 2, 'valid')),
    of('MaxPoolGrad', 'maxPool, windows that overlap and are padded', [1, 5, 4, 2], (tf, x) =>
      tf.maxPool(x as Tensor4D, [3, 2], [2, 1], 'same'),
    ),
    of('MaxPool3DGrad', 'maxPool3d', [1, 3, 4, 3, 1], (tf, x) =>
      tf.maxPool3d(x as Tensor5D, [2, 2, 3], [1, 2, 1], 'same'),
    ),
    of('AvgPoolGrad', 'avgPool', [1, 4, 4, 2], (tf, x) => tf.avgPool(x as Tensor3D, 3, 2, 'same')),
    of('AvgPool3DGrad', 'avgPool3d', [1, 3, 4, 3, 1], (tf, x) => tf.avgPool3d(x as Tensor5D, 2, 2, 'same')),
    of('EluGrad', 'elu', [2, 3], (tf, x) => tf.elu(x)),
    of('ResizeBilinearGrad', 'resizeBilinear', [1, 3, 3, 2], (tf, x) =>
      tf.image.resizeBilinear(x as Tensor4D, [5, 4]),
    ),
    of('ResizeNearestNeighborGrad', 'resizeNearestNeighbor', [1, 3, 3, 1], (tf, x) =>
      tf.image.resizeNearestNeighbor(x as Tensor4D, [4, 5]),
    ),
  ] as readonly GradientCase[]
).map((each) => ({
  ...each,
  forward: (tf, inputs) => tf.square(each.forward(tf, inputs)),
}));
