import { expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { TF } from '../../../src/gradcheck/types.ts';
import { LAYER_MISTAKES } from '../../../src/notebook/compare/layerMistakes.ts';

const tf: TF = float64;

// Pixel [row, column] is 16 row + column, and only place [0, 0] of dy is not 0: the right dKernel[a, b] is 16 a + b.
it.each<[name: string, dKernel: (a: number, b: number) => number]>([
  ['shiftedWindow', (a, b) => 16 * (a + 1) + b],
  ['transposedKernel', (a, b) => 16 * b + a],
  ['flippedKernel', (a, b) => 16 * (4 - a) + (4 - b)],
])('the mistake %s moves the elements of dKernel, and no more', (name, expected) => {
  const [, { convolution }] = LAYER_MISTAKES.find(([each]) => each === name)!;
  const image = tf.reshape(tf.range(0, 256), [1, 16, 16, 1]);
  const dy = tf.reshape(tf.oneHot([0], 144, 1, 0, 'float32'), [1, 12, 12, 1]);
  const dKernel = convolution!(tf, image as never, dy as never);
  const elements = Array.from({ length: 25 }, (_, at) => expected(Math.floor(at / 5), at % 5));
  expect(Array.from(dKernel.dataSync())).toEqual(elements);
});
