import type { Tensor4D } from '../../../tfjs/types.ts';
import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';

const CHANNELS = 3;

/** dFilter[a,b,c] = sum over i,j of x[i+a,j+b,c] dy[i,j,c], for every channel separately. */
const filterGradient = (tf: TF, x: Tensor, dy: Tensor): Tensor => {
  const filter = tf.reshape(dy, [3, 3, CHANNELS, 1]) as Tensor4D;
  return tf.reshape(tf.depthwiseConv2d(x as Tensor4D, filter, 1, 'valid'), [2, 2, CHANNELS, 1]);
};

/** A convolution of each channel with its own filter: x [1,4,4,3], filter [2,2,3,1] to [1,3,3,3]. */
const correct = (seed: number): ManualSpec<'x' | 'filter'> => {
  const { signed } = inputsFrom(seed);
  return {
    inputs: { x: signed(1, 4, 4, CHANNELS), filter: signed(2, 2, CHANNELS, 1) },
    forward: (tf, { x, filter }) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'),
    backward: (tf, { x, filter }, dy) => {
      // dx = dy, with zeros around it, correlated with the filter turned by 180 degrees
      const around = tf.pad4d(dy as Tensor4D, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
      const turned = tf.reverse4d(filter as Tensor4D, [0, 1]);
      return {
        x: tf.depthwiseConv2d(around, turned, 1, 'valid'),
        filter: filterGradient(tf, x, dy),
      };
    },
  };
};

/** The layer and its mistakes. */
export const depthwise = testedLayer('depthwise convolution', correct, [
  {
    name: 'one channel only',
    what: 'dFilter of the last channel is never computed',
    gradients: (tf, _inputs, _dy, { filter }) => ({
      filter: tf.mul(filter, tf.tensor4d([1, 1, 0], [1, 1, CHANNELS, 1])),
    }),
  },
  {
    name: 'channels in reverse',
    what: 'channel c of dFilter stands where channel 2 - c belongs',
    gradients: (tf, _inputs, _dy, { filter }) => ({ filter: tf.reverse4d(filter as Tensor4D, 2) }),
  },
  {
    name: 'channels added up',
    what: 'every channel of dx gets the sum over the channels, as in an ordinary convolution',
    gradients: (tf, _inputs, _dy, { x }) => ({
      x: tf.tile(tf.sum(x, 3, true), [1, 1, 1, CHANNELS]),
    }),
  },
]);
