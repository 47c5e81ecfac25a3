import { expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { denseBincount } from '../../../../src/tfjs/gradients/missing/bincount.ts';
import { cropAndResize } from '../../../../src/tfjs/gradients/missing/cropAndResize.ts';
import { depthToSpace } from '../../../../src/tfjs/gradients/missing/depthToSpace.ts';
import { fusedOps } from '../../../../src/tfjs/gradients/missing/fused.ts';
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

it('bincount that only marks the bins has no gradient, and none of no weights', () => {
  const x = tf.tensor([1, 0, 1], [3], 'int32');
  const gradient = (weights: Tensor, binaryOutput: boolean) => {
    const attributes = { size: 2, binaryOutput };
    return denseBincount.gradFunc(tf, tf.tensor([3, 5]), [x, weights], attributes as never).weights!();
  };
  const weights = tf.tensor([1, 1, 1]);
  expect([numbersOf(gradient(weights, true)), numbersOf(gradient(weights, false))]).toEqual([
    [0, 0, 0],
    [5, 3, 5],
  ]);
  expect(gradient(tf.zeros([0]), false).shape).toEqual([0]);
});

it('cropAndResize moves a single box on a plane', () => {
  // The value is 2 row + column. Each end of the box moves one of two rows, or columns, of two pixels.
  const image = tf.tensor([0, 1, 2, 3], [1, 2, 2, 1]);
  const boxes = tf.tensor([[0.25, 0.25, 0.75, 0.75]]);
  const attributes = { cropSize: [2, 2], method: 'bilinear', extrapolationValue: 0 };
  const saved = [image, boxes, tf.tensor([0], [1], 'int32')];
  const found = cropAndResize.gradFunc(tf, tf.ones([1, 2, 2, 1]), saved, attributes as never).boxes!();
  expect(numbersOf(found)).toEqual([4, 2, 4, 2]);
});

it('the bias of a convolution with channels first is that of its channels', () => {
  const convolution = fusedOps.find(({ kernelName }) => kernelName === 'FusedConv2D')!;
  const plain = { strides: [1, 1], pad: 'valid', dilations: [1, 1] };
  const attributes = { ...plain, dataFormat: 'NCHW', activation: 'linear' };
  const dy = tf.tensor([1, 2, 3, 4, 10, 20, 30, 40], [1, 2, 2, 2]);
  const saved = [tf.zeros([1, 1, 2, 2]), tf.zeros([1, 1, 1, 2]), tf.zeros([2])];
  const bias = convolution.gradFunc(tf, dy, saved, attributes as never).bias!();
  expect(numbersOf(bias)).toEqual([10, 100]);
});
