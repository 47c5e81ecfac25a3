import type { Tensor4D } from '@tensorflow/tfjs';
import type { GradcheckSpec } from 'backproof/gradcheck';

// A depthwise convolution, stride 1, no padding: every channel c has its own filter.
//   y[i,j,c] = sum over a,b of x[i+a, j+b, c] filter[a,b,c]
// Both gradients are depthwise convolutions again (Dumoulin and Visin 2016, arXiv:1603.07285, chapter 4).

const CHANNELS = 2;
const FILTER_SIDE = 3;
const BORDER = FILTER_SIDE - 1;

/** Values of both signs, no two alike. */
const waves = (size: number, phase: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.round(1000 * Math.sin(phase + 1.7 * i)) / 1000);

export const depthwise: GradcheckSpec<'x' | 'filter'> = {
  name: 'depthwise convolution',
  inputs: {
    x: { values: waves(5 * 5 * CHANNELS, 0.3), shape: [1, 5, 5, CHANNELS] },
    filter: {
      values: waves(FILTER_SIDE ** 2 * CHANNELS, 2.1),
      shape: [FILTER_SIDE, FILTER_SIDE, CHANNELS, 1],
    },
  },
  forward: (tf, { x, filter }) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'),
  backward(tf, { x, filter }, dy) {
    const [, height, width] = dy.shape as [number, number, number, number];
    // dx[i,j,c] = sum over a,b of dy[i-a, j-b, c] filter[a,b,c]: dy padded with zeros, and the filter flipped
    const around = tf.pad4d(dy as Tensor4D, [
      [0, 0],
      [BORDER, BORDER],
      [BORDER, BORDER],
      [0, 0],
    ]);
    const turned = tf.reverse4d(filter as Tensor4D, [0, 1]);
    // dFilter[a,b,c] = sum over i,j of x[i+a, j+b, c] dy[i,j,c]: dy takes the place of the filter
    const window = tf.reshape(dy, [height, width, CHANNELS, 1]) as Tensor4D;
    const dFilter = tf.depthwiseConv2d(x as Tensor4D, window, 1, 'valid');
    return {
      x: tf.depthwiseConv2d(around, turned, 1, 'valid'),
      filter: tf.reshape(dFilter, filter.shape),
    };
  },
};
