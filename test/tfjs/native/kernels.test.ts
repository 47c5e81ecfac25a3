import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tensor1D, Tensor5D } from '@tensorflow/tfjs';
import { startBackend } from '../../../src/tfjs/backends.ts';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import { tf } from '../../../src/tfjs/tfjs.ts';
import type { Tensor } from '../../../src/tfjs/types.ts';
import { disagreements, product, runKernel, runKernel64, waves } from '../../support/kernels.ts';
import { describeNative } from '../../support/native.ts';

const numbers = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

describeNative('kernels that tfjs-node lacks', () => {
  let undo: () => void;
  beforeAll(async () => {
    expect((await startBackend('native')).name).toBe('native');
    undo = registerGradientsOn(tf);
  });
  afterAll(() => undo());

  it('denseBincount counts, or sums weights, bin by bin, and drops what is beyond the last', () => {
    const before = tf.memory().numTensors;
    const count = (x: number[] | number[][], weights: number[] | number[][], size: number, binary = false) =>
      tf.tidy(() => {
        const places = tf.tensor(x, undefined, 'int32');
        const shares = weights.length === 0 ? tf.tensor([], [0]) : tf.tensor(weights);
        const counts = tf.denseBincount(places as Tensor1D, shares as Tensor1D, size, binary);
        return { shape: counts.shape, values: numbers(counts), dtype: counts.dtype };
      });
    const of = (shape: number[], values: number[]) => ({ shape, values, dtype: 'float32' });
    expect(count([1, 0, 1, 5], [], 3)).toEqual(of([3], [1, 2, 0]));
    expect(count([1, 0, 1, 5], [0.5, 2, 3, 9], 3)).toEqual(of([3], [2, 3.5, 0]));
    expect(count([1, 0, 1, 5], [0.5, 2, 3, 9], 3, true)).toEqual(of([3], [1, 1, 0]));
    // A number beyond the last bin of the first row does not count in the second row.
    const rows = [[1, 3, 1], [2, 2, 0]]; // biome-ignore format: a matrix
    expect(count(rows, [], 3)).toEqual(of([2, 3], [0, 2, 0, 1, 0, 2]));
    expect(count(rows, [[1, 10, 100], [2, 20, 200]], 3)).toEqual(of([2, 3], [0, 101, 0, 200, 0, 22])); // biome-ignore format: as above
    expect(count(rows, [], 3, true)).toEqual(of([2, 3], [0, 1, 0, 1, 0, 1]));
    expect(() => count([1, -1], [], 3)).toThrow('non-negative');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('denseBincount has its gradient in the weights', () => {
    const x = tf.tensor1d([1, 0, 1, 5], 'int32');
    const dy = tf.tensor1d([3, 7, 11]);
    const bins = (weights: Tensor) => tf.denseBincount(x, weights as never, 3);
    expect(numbers(tf.grad(bins)(tf.tensor1d([0.5, 2, 3, 9]), dy as never))).toEqual([7, 3, 7, 0]);
  });

  const turns = product({
    interpolation: ['nearest', 'bilinear'],
    fillMode: ['constant', 'reflect', 'wrap', 'nearest'],
    outputShape: [null, [3, 5]],
  });
  it.each(turns)('transform is what it is on cpu: %j', (attributes) => {
    const inputs = {
      image: waves([2, 4, 3, 2]),
      transforms: { shape: [1, 8], values: [0.9, 0.13, -0.2, -0.11, 1.2, 0.3, 0.02, -0.01] },
    };
    const all = { ...attributes, fillValue: 0.7 };
    expect(
      disagreements(runKernel(tf, 'Transform', inputs, all), runKernel64('Transform', inputs, all)),
    ).toEqual([]);
  });

  it('transform moves each image by its own', () => {
    const still = [1, 0, 0, 0, 1, 0, 0, 0];
    const right = [1, 0, -1, 0, 1, 0, 0, 0];
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6], [2, 1, 3, 1]);
    const moved = tf.image.transform(image, tf.tensor2d([still, right]), 'nearest', 'constant', 9);
    expect(numbers(moved)).toEqual([1, 2, 3, 9, 4, 5]);
  });
});

describeNative('the gradient of maxPool3d on native', () => {
  beforeAll(async () => {
    await startBackend('native');
  });

  it('hands dy to one of equal values, the last, and to the largest of all others', () => {
    const pool = (pad: 'valid' | 'same' | number) => (x: Tensor) => tf.maxPool3d(x as Tensor5D, 2, 1, pad);
    // The windows are [1, 5, 2, 5] and [5, 3, 5, 4]: in each the last of the two 5s counts.
    const x = tf.tensor5d([1, 5, 3, 2, 5, 4], [1, 1, 2, 3, 1]);
    const flat = (at: Tensor) => tf.maxPool3d(at as never, [1, 2, 2], 1, 'valid');
    const dy = tf.tensor5d([1, 10], [1, 1, 1, 2, 1]);
    expect(numbers(tf.grad(flat)(x, dy))).toEqual([0, 0, 0, 0, 11, 0]);
    for (const pad of ['valid', 'same', 1] as const) {
      const ones = tf.onesLike(pool(pad)(tf.ones([1, 3, 2, 3, 1])));
      const total = numbers(tf.sum(tf.grad(pool(pad))(tf.ones([1, 3, 2, 3, 1])) as Tensor));
      expect(total).toEqual([ones.size]);
    }
  });
});
