import type { Tensor2D, Tensor4D, TF } from '../../tfjs/types.ts';
import { loggedLoss } from '../model/loss.ts';
import type { MistakeName } from '../model/mistakes.ts';
import { type LayerBackwards, layerBackwards } from '../model/network.ts';

/** A mistake in the backward pass of one of the network's layers; its description is in ../model/mistakes.ts. */
export type LayerMistake = [mistake: MistakeName, planted: Partial<LayerBackwards>];

const right = layerBackwards;
const RATE = 0.1;

/** Mistakes that show at every ordinary point. */
export const LAYER_MISTAKES: readonly LayerMistake[] = [
  ['flippedLabel', { loss: (tf, prediction, label) => tf.sub(prediction, tf.sub(1, label)) }],
  ['labelMinusPrediction', { loss: (tf, prediction, label) => tf.sub(label, prediction) }],
  [
    'sigmoidTwice',
    {
      loss: (tf, prediction, label) =>
        tf.mul(tf.sub(prediction, label), tf.mul(prediction, tf.sub(1, prediction))),
    },
  ],
  ['missingMask', { relu: (_tf, _convOut, dy) => dy }],
  ['maskOfGradient', { relu: (tf, _convOut, dy) => tf.relu(dy) }],
  ['invertedMask', { relu: (tf, convOut, dy) => tf.mul(dy, tf.sub(1, tf.step(convOut))) }],
  [
    'updatedWeight',
    {
      dense: (tf, flatOut, weight, dLogit) => {
        const gradients = right.dense(tf, flatOut, weight, dLogit);
        const updated = tf.sub(weight, tf.mul(RATE, gradients.dWeight));
        return { ...gradients, dFlat: tf.matMul(dLogit, updated, false, true) };
      },
    },
  ],
  [
    'staleWeight',
    {
      dense: (tf, flatOut, weight, dLogit) => {
        const stale = tf.add(weight, tf.mul(RATE, tf.reverse(flatOut, 1).transpose()));
        return {
          ...right.dense(tf, flatOut, weight, dLogit),
          dFlat: tf.matMul(dLogit, stale, false, true),
        };
      },
    },
  ],
  ['shiftedWindow', { convolution: (tf, image, dy) => right.convolution(tf, shiftedUp(tf, image), dy) }],
  [
    'transposedKernel',
    { convolution: (tf, image, dy) => tf.transpose(right.convolution(tf, image, dy), [1, 0, 2, 3]) },
  ],
  [
    'flippedKernel',
    { convolution: (tf, image, dy) => tf.reverse4d(right.convolution(tf, image, dy), [0, 1]) },
  ],
];

/** The image with every row moved up by one, and zeros below. */
const shiftedUp = (tf: TF, image: Tensor4D): Tensor4D => {
  const [count, height, width] = image.shape;
  const rows = tf.slice4d(image, [0, 1, 0, 0], [count, height - 1, width, 1]);
  return tf.pad4d(rows, [
    [0, 0],
    [0, 1],
    [0, 0],
    [0, 0],
  ]);
};

/** dLogit of the loss that the notebook logs, by autodiff. */
const loggedGradient = (tf: TF, prediction: Tensor2D, label: Tensor2D): Tensor2D => {
  // dz = dp p (1 - p)
  const dPrediction = tf.grad((p) => loggedLoss(tf, p as Tensor2D, label))(prediction);
  return tf.mul(dPrediction, tf.mul(prediction, tf.sub(1, prediction)));
};
/** The gradient of a loss other than the one that is checked. */
export const LOGGED: LayerMistake = ['loggedLoss', { loss: loggedGradient }];

/** Shows only if a pre-activation is exactly 0. */
const GREATER_EQUAL: LayerMistake = [
  'openAtZero',
  { relu: (tf, convOut, dy) => tf.mul(dy, tf.cast(tf.greaterEqual(convOut, 0), 'float32')) },
];

/** All mistakes that can be planted in the network at any step; some show only at some steps. */
export const plantedInNetwork: readonly LayerMistake[] = [...LAYER_MISTAKES, LOGGED, GREATER_EQUAL];
