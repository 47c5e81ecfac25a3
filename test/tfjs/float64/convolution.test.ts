import { describe, expect, it } from '@jest/globals';
import type { NamedAttrMap, NamedTensorMap } from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import type { Tensor, Tensor4D } from '../../../src/tfjs/types.ts';
import { spread } from '../differences.ts';

/**
 * With channels first, the shipped kernels of TensorFlow.js run, whose sums have the same terms in the same order: with
 * channels last the results must be equal to the last bit.
 */
const shipped = (
  kernel: string,
  inputs: Record<string, Tensor>,
  images: readonly string[],
  attrs: NamedAttrMap,
  isImage: boolean,
): Tensor => {
  const first = (x: Tensor): Tensor => tf.transpose(x, [0, 3, 1, 2]);
  const moved = Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [name, images.includes(name) ? first(x) : x]),
  );
  const { inputShape } = attrs as { inputShape?: number[] };
  const shape = inputShape && { inputShape: [0, 3, 1, 2].map((axis) => inputShape[axis]!) };
  const out = run(kernel, moved, { ...attrs, ...shape, dataFormat: 'NCHW' });
  return isImage ? tf.transpose(out, [0, 2, 3, 1]) : out;
};

const run = (kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap): Tensor =>
  tf.engine().runKernel(kernel, inputs as NamedTensorMap, attrs) as Tensor;

const bitsOf = (x: Tensor) => [
  x.shape,
  new BigUint64Array((x.dataSync() as unknown as Float64Array).slice().buffer),
];

const cases: [string, number[], number[], { strides: [number, number]; pad: 'same' | 'valid' | number }][] = [
  ['one channel', [1, 16, 16, 1], [5, 5, 1, 1], { strides: [1, 1], pad: 'valid' }],
  ['a kernel larger than its output', [1, 16, 16, 1], [12, 12, 1, 1], { strides: [1, 1], pad: 'valid' }],
  ['rows longer than a block', [2, 4, 19, 1], [2, 7, 1, 1], { strides: [1, 1], pad: 'valid' }],
  ['several images of one channel, in steps', [3, 9, 12, 1], [3, 2, 1, 1], { strides: [2, 1], pad: 'valid' }],
  ['one channel, padded, in steps', [2, 9, 8, 1], [4, 3, 1, 1], { strides: [2, 3], pad: 'same' }],
  ['one channel in, several out', [2, 5, 6, 1], [2, 3, 1, 3], { strides: [1, 2], pad: 'same' }],
  ['several in, one out', [1, 6, 5, 3], [3, 2, 3, 1], { strides: [2, 1], pad: 1 }],
  ['several', [2, 7, 6, 2], [3, 3, 2, 4], { strides: [2, 2], pad: 2 }],
];

describe.each(cases)('convolution of %s', (_name, imageShape, filterShape, options) => {
  const x = spread(imageShape) as Tensor4D;
  const filter = spread(filterShape, 2) as Tensor4D;
  const y = tf.conv2d(x, filter, options.strides, options.pad);
  const dy = spread(y.shape, 3);
  const same = (kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap, isImage: boolean) => {
    const own = run(kernel, inputs, { ...attrs, dataFormat: 'NHWC' });
    expect(bitsOf(own)).toEqual(bitsOf(shipped(kernel, inputs, ['x', 'dy'], attrs, isImage)));
  };

  it('forward is the shipped one', () => {
    same('Conv2D', { x, filter }, { ...options, dilations: [1, 1] }, true);
  });

  it('by the filter is the shipped one', () => {
    same('Conv2DBackpropFilter', { x, dy }, { ...options, filterShape }, false);
  });

  it('by the image is the shipped one', () => {
    same('Conv2DBackpropInput', { dy, filter }, { ...options, inputShape: imageShape }, true);
  });
});

it.each([
  ['several channels', [1, 7, 8, 2], [3, 2, 2, 2], 'same'],
  ['one channel', [2, 9, 13, 1], [2, 3, 1, 1], 'valid'],
])('of %s, with holes between its taps, is the shipped one', (_name, image, taps, pad) => {
  const inputs = { x: spread(image), filter: spread(taps, 2) };
  const attrs = { strides: [1, 1], pad, dilations: [2, 3] };
  const own = run('Conv2D', inputs, { ...attrs, dataFormat: 'NHWC' });
  expect(bitsOf(own)).toEqual(bitsOf(shipped('Conv2D', inputs, ['x'], attrs, true)));
});

it('leaves whole numbers to the shipped kernel, which truncates', () => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1], 'int32');
  const filter = tf.tensor4d([0.5], [1, 1, 1, 1]);
  const attrs = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' };
  const y = run('Conv2D', { x, filter }, attrs);
  expect([y.dtype, [...y.dataSync()]]).toEqual(['int32', [0, 1, 1, 2]]);
});
