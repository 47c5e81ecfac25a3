import { expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { depthToSpace } from '../../../../src/tfjs/gradients/missing/depthToSpace.ts';
import type { Tensor, TF } from '../../../../src/tfjs/types.ts';

const tf = float64 as unknown as TF;
const numbersOf = (tensor: Tensor) => Array.from(tensor.dataSync());

it('depthToSpace with channels first hands every pixel of a block back to its channel', () => {
  // Two channels of 2 x 2 blocks, one below the other: channel 2 (2 row + column) + c of x is channel c of y.
  const x = tf.zeros([1, 8, 2, 1]);
  const dy = tf.tensor(Array.from({ length: 16 }, (_, at) => at + 1), [1, 2, 4, 2]); // biome-ignore format: one line
  const attributes = { blockSize: 2, dataFormat: 'NCHW' };
  const dx = depthToSpace.gradFunc(tf, dy, [x], attributes as never).x!();
  expect([dx.shape, numbersOf(dx)]).toEqual([
    [1, 8, 2, 1],
    [1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 4, 8, 12, 16],
  ]);
});
