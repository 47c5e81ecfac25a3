import { describe, expect, it } from '@jest/globals';
import type { Tensor } from '../../../../src/gradcheck/types.ts';
import { sizeOf } from '../../../../src/numerics/shape.ts';
import { type Given, observed, shaped, tf } from './observed.ts';

// The winners of pooling windows, ties and held values, computed by hand.

describe('pooling', () => {
  const counted = (shape: number[], from = 1) => {
    return shaped(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => from + i),
    );
  };
  type Pool = (x: never) => Tensor;
  it.each<[string, Pool, Given, number[], number]>([
    [
      '2x2 windows, the second with a tie',
      (t) => tf.maxPool(t, 2, 2, 'valid'),
      shaped([1, 2, 4, 1], [1, 2, 3, 3, 4, 0, 3, 1]),
      [4, 2],
      1,
    ],
    [
      'two that are equal below a third',
      (t) => tf.maxPool(t, 2, 2, 'valid'),
      shaped([1, 2, 2, 1], [3, 3, 1, 4]),
      [3],
      0,
    ],
    [
      'two that are equal above the others',
      (t) => tf.maxPool(t, 2, 2, 'valid'),
      shaped([1, 2, 2, 1], [3, 3, 1, 0]),
      [0],
      1,
    ],
    [
      '3x3 windows, padded at every edge',
      (t) => tf.maxPool(t, 3, 2, 'same'),
      counted([1, 3, 3, 1]),
      [4, 5, 7, 8],
      0,
    ],
    [
      'the same of values that fall',
      (t) => tf.maxPool(t, 3, 2, 'same'),
      shaped([1, 3, 3, 1], [9, 8, 7, 6, 5, 4, 3, 2, 1]),
      [0, 1, 3, 4],
      0,
    ],
    [
      '3x3 windows, padded at the end',
      (t) => tf.maxPool(t, 3, 2, 'same'),
      counted([1, 4, 4, 1]),
      [10, 11, 14, 15],
      0,
    ],
    [
      'windows and strides of unequal sides',
      (t) => tf.maxPool(t, [1, 2], [2, 1], 'valid'),
      counted([1, 3, 3, 1]),
      [1, 2, 7, 8],
      0,
    ],
    [
      'images and channels',
      (t) => tf.maxPool(t, 2, 2, 'valid'),
      counted([3, 2, 2, 2]),
      [6, 7, 14, 15, 22, 23],
      0,
    ],
    // Above and below an image nothing is read of the next.
    [
      'three images that are padded above and below',
      (t) => tf.maxPool(t, [3, 1], 1, 'same'),
      shaped([3, 2, 1, 1], [1, 2, 9, 3, 1, 2]),
      [1, 1, 2, 2, 5, 5],
      0,
    ],
    [
      'three volumes that are padded in front and behind',
      (t) => tf.maxPool3d(t, [3, 1, 1], 1, 'same'),
      shaped([3, 2, 1, 1, 1], [1, 2, 9, 3, 1, 2]),
      [1, 1, 2, 2, 5, 5],
      0,
    ],
    // In volumes the gradient of a tie goes to the last.
    [
      'volumes, all equal',
      (t) => tf.maxPool3d(t, 2, 2, 'valid'),
      shaped([1, 2, 2, 2, 1], new Array(8).fill(5)),
      [7],
      1,
    ],
    ['volumes that overlap', (t) => tf.maxPool3d(t, 2, 1, 'valid'), counted([1, 3, 2, 2, 1]), [7, 11], 0],
    // Three planes at depths -1..1 and 1..3.
    [
      'volumes that are padded',
      (t) => tf.maxPool3d(t, [3, 1, 1], [2, 1, 1], 'same'),
      counted([1, 3, 1, 1, 1]),
      [1, 2],
      0,
    ],
    [
      'images of volumes, and channels',
      (t) => tf.maxPool3d(t, [2, 1, 1], 2, 'valid'),
      counted([2, 2, 1, 1, 2]),
      [2, 3, 6, 7],
      0,
    ],
  ])('%s', (_name, f, base, winners, ties) => {
    const falling = { shape: base.shape, values: base.values.map((_, i) => 100 - i) };
    const seen = observed(f, [base], [falling]);
    expect(seen.branches).toEqual([winners]);
    expect(seen.tape.ties).toBe(ties);
    expect(seen.held[0]!.values).toEqual(winners.map((winner) => 100 - winner));
  });

  it('of NaN has no winner, and is -Infinity as in TensorFlow.js', () => {
    const image = (...values: number[]) => shaped([1, 1, values.length, 1], values);
    const base = image(Number.NaN, Number.NaN, 1, 2);
    const pooled = observed((t) => tf.maxPool(t, [1, 2], 2, 'valid'), [base], [image(1, 2, 3, 4)]);
    expect(pooled.branches).toEqual([[-1, 3]]);
    expect(pooled.held[0]!.values).toEqual([Number.NEGATIVE_INFINITY, 4]);
  });

  it('hands the gradient to the winners of the base point, the sum where windows share one', () => {
    const dx = (t: never) =>
      tf.grad((u) => tf.maxPool(u as never, [1, 2], 1, 'valid'))(t, tf.tensor([10, 20], [1, 1, 2, 1]));
    const seen = observed(dx, [shaped([1, 1, 3, 1], [1, 9, 2])], [shaped([1, 1, 3, 1], [5, 4, 3])]);
    expect(seen.branches).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(seen.held).toEqual([shaped([1, 1, 3, 1], [0, 30, 0])]);
    const first = observed(dx, [shaped([1, 1, 3, 1], [9, 1, 2])], [shaped([1, 1, 3, 1], [5, 6, 7])]);
    expect(first.held).toEqual([shaped([1, 1, 3, 1], [10, 0, 20])]);
    expect(seen.flips).toEqual({
      total: 2,
      kernels: { MaxPool: 1, MaxPoolGrad: 1 },
      places: ['0:0', '1:0'],
      diverged: false,
    });
  });
});
