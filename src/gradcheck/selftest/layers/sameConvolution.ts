import type { Tensor4D } from '../../../tfjs/types.ts';
import type { Tensor, TF } from '../../types.ts';
import { inputsFrom } from '../inputs.ts';
import { type ManualSpec, testedLayer } from '../subject.ts';

const SIDE = 5;
type Borders = [number, number];
const NONE: Borders = [0, 0];
const padded = (tf: TF, x: Tensor, rows: Borders, columns: Borders): Tensor4D =>
  tf.pad4d(x as Tensor4D, [NONE, rows, columns, NONE]);

/** dFilter[a,b] = sum over i,j of padded[i+a, j+b] dy[i,j], for one image with one channel. */
const filterGradient = (tf: TF, image: Tensor4D, dy: Tensor): Tensor => {
  const [, height, width] = dy.shape as Tensor4D['shape'];
  const gradient = tf.conv2d(image, tf.reshape(dy, [height, width, 1, 1]) as Tensor4D, 1, 'valid');
  return tf.reshape(gradient, [3, 3, 1, 1]);
};

/** A convolution with zeros around the image: x [1,5,5,1], filter [3,3,1,1] to [1,5,5,1]. */
const correct = (seed: number): ManualSpec<'x' | 'filter'> => {
  const { signed } = inputsFrom(seed);
  return {
    inputs: { x: signed(1, SIDE, SIDE, 1), filter: signed(3, 3, 1, 1) },
    forward: (tf, { x, filter }) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same'),
    backward: (tf, { x, filter }, dy) => ({
      // dx = dy correlated with the filter turned by 180 degrees
      x: tf.conv2d(dy as Tensor4D, tf.reverse4d(filter as Tensor4D, [0, 1]), 1, 'same'),
      filter: filterGradient(tf, padded(tf, x, [1, 1], [1, 1]), dy),
    }),
  };
};

/** The layer and its mistakes. */
export const sameConvolution = testedLayer('convolution with padding', correct, [
  {
    name: 'valid for same',
    what: 'dFilter as if there were no padding: the border of dy is left out',
    gradients: (tf, { x }, dy) => {
      const inner = tf.slice4d(dy as Tensor4D, [0, 1, 1, 0], [1, SIDE - 2, SIDE - 2, 1]);
      return { filter: filterGradient(tf, x as Tensor4D, inner) };
    },
  },
  {
    name: 'padding on one side only',
    what: 'two zeros before the rows and none behind, in place of one and one',
    gradients: (tf, { x }, dy) => ({ filter: filterGradient(tf, padded(tf, x, [2, 0], [1, 1]), dy) }),
  },
  {
    name: 'filter not turned',
    what: 'dx = dy correlated with the filter as it is',
    gradients: (tf, { filter }, dy) => ({
      x: tf.conv2d(dy as Tensor4D, filter as Tensor4D, 1, 'same'),
    }),
  },
]);
