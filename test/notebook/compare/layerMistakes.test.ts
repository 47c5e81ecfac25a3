import { expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';
import { plantedInNetwork } from '../../../src/notebook/compare/layerMistakes.ts';

const tf: TF = float64;

const planted = (name: string) => plantedInNetwork.find(([each]) => each === name)![1];
const numbersOf = (tensor: Tensor) => Array.from(tensor.dataSync());

it.each<[name: string, dLogit: number]>([
  ['flippedLabel', 0.25 - (1 - 1)],
  ['labelMinusPrediction', 1 - 0.25],
  ['sigmoidTwice', (0.25 - 1) * 0.25 * 0.75],
  // d/dp of -log(p + 1e-7), times p (1 - p).
  ['loggedLoss', (-1 / (0.25 + 1e-7)) * 0.25 * 0.75],
])('the mistake %s of the loss, for a prediction of 1/4 and the label 1', (name, dLogit) => {
  const found = planted(name).loss!(tf, tf.tensor2d([[0.25]]), tf.tensor2d([[1]]));
  expect(numbersOf(found)).toEqual([expect.closeTo(dLogit, 14)]);
});

it.each<[name: string, dRelu: number[]]>([
  ['missingMask', [3, -5, 7]],
  ['maskOfGradient', [3, 0, 7]],
  ['invertedMask', [3, -5, 0]],
  ['openAtZero', [0, -5, 7]],
])('the mistake %s of the ReLU, below its kink, at it and above', (name, dRelu) => {
  const four = (values: number[]) => tf.tensor4d(values, [1, 1, 3, 1]);
  expect(numbersOf(planted(name).relu!(tf, four([-1, 0, 2]), four([3, -5, 7])))).toEqual(dRelu);
});

// dLogit is 2, flatOut [10, 20] and the weight [3, 4], which a step moves by 0.1 dWeight = [2, 4].
it.each<[name: string, dFlat: number[]]>([
  ['updatedWeight', [2 * (3 - 2), 2 * (4 - 4)]],
  // Moved by the gradient of a sample with these outputs in reverse.
  ['staleWeight', [2 * (3 + 2), 2 * (4 + 1)]],
])('the mistake %s takes another weight, and no more', (name, dFlat) => {
  const found = planted(name).dense!(
    tf,
    tf.tensor2d([[10, 20]]),
    tf.tensor2d([[3], [4]]),
    tf.tensor2d([[2]]),
  );
  expect([found.dFlat, found.dWeight, found.dBias].map(numbersOf)).toEqual([dFlat, [20, 40], [2]]);
});

// Pixel [row, column] is 16 row + column, and only place [0, 0] of dy is not 0: the right dKernel[a, b] is 16 a + b.
it.each<[name: string, dKernel: (a: number, b: number) => number]>([
  ['shiftedWindow', (a, b) => 16 * (a + 1) + b],
  ['transposedKernel', (a, b) => 16 * b + a],
  ['flippedKernel', (a, b) => 16 * (4 - a) + (4 - b)],
])('the mistake %s moves the elements of dKernel, and no more', (name, expected) => {
  const image = tf.reshape(tf.range(0, 256), [1, 16, 16, 1]);
  const dy = tf.reshape(tf.oneHot([0], 144, 1, 0, 'float32'), [1, 12, 12, 1]);
  const dKernel = planted(name).convolution!(tf, image as never, dy as never);
  const elements = Array.from({ length: 25 }, (_, at) => expected(Math.floor(at / 5), at % 5));
  expect(numbersOf(dKernel)).toEqual(elements);
});
