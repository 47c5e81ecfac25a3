import { describe, expect, it } from '@jest/globals';
import { maxPool3DGradient } from '../../src/tfjs/maxPool3DGradient.ts';

const of = (
  x: number[],
  dy: number[],
  shape: number[],
  filterSize: number[],
  strides: number[],
  pad: 'same' | 'valid',
) => [...maxPool3DGradient(x, dy, shape, { filterSize, strides, pad } as never)];

describe('the gradient of maxPool3d', () => {
  it('goes to the largest of each window, and sums where windows overlap', () => {
    expect(of([1, 5, 2, 4, 3], [10, 20, 30, 40], [1, 1, 1, 5, 1], [1, 1, 2], [1, 1, 1], 'valid')).toEqual([
      ...[0, 30, 0, 70, 0],
    ]);
    const cube = [1, 2, 3, 4, 9, 6, 7, 8];
    expect(of(cube, [5], [1, 2, 2, 2, 1], [2, 2, 2], [2, 2, 2], 'valid')).toEqual([0, 0, 0, 0, 5, 0, 0, 0]);
    expect(of(cube, [5, 6], [1, 2, 2, 2, 1], [1, 2, 2], [1, 1, 1], 'valid')).toEqual([
      0, 0, 0, 5, 6, 0, 0, 0,
    ]);
    expect(of(cube, [5, 6], [1, 2, 2, 2, 1], [2, 1, 2], [1, 1, 1], 'valid')).toEqual([
      0, 0, 0, 0, 5, 0, 0, 6,
    ]);
  });

  it('goes to the last of equal values', () => {
    expect(of([7, 7, 7, 1], [1, 2], [1, 1, 1, 4, 1], [1, 1, 2], [1, 1, 2], 'valid')).toEqual([0, 1, 2, 0]);
  });

  it('belongs to each image and each channel', () => {
    // Two images of two pixels with two channels
    expect(
      of([1, 8, 5, 2, 3, 4, 0, 6], [10, 20, 30, 40], [2, 1, 1, 2, 2], [1, 1, 2], [1, 1, 2], 'valid'),
    ).toEqual([...[0, 20, 10, 0, 30, 0, 0, 40]]);
  });

  it('has windows of what lies inside, with padding before and after', () => {
    // Windows of three around each of three pixels
    expect(of([1, 3, 2], [10, 20, 40], [1, 1, 1, 3, 1], [1, 1, 3], [1, 1, 1], 'same')).toEqual([0, 70, 0]);
    expect(of([1, 3, 2], [10, 20, 40], [1, 1, 3, 1, 1], [1, 3, 1], [1, 1, 1], 'same')).toEqual([0, 70, 0]);
    expect(of([1, 3, 2], [10, 20, 40], [1, 3, 1, 1, 1], [3, 1, 1], [1, 1, 1], 'same')).toEqual([0, 70, 0]);
    // A stride longer than the window: the first and the third pixel
    expect(of([1, 3, 2], [10, 20], [1, 1, 1, 3, 1], [1, 1, 1], [1, 1, 2], 'same')).toEqual([10, 0, 20]);
  });

  it('is nothing where a window has no number', () => {
    expect(
      of([Number.NaN, Number.NaN, 1, 2], [5, 6], [1, 1, 1, 4, 1], [1, 1, 2], [1, 1, 2], 'valid'),
    ).toEqual([0, 0, 0, 6]);
    expect(of([Number.NEGATIVE_INFINITY], [5], [1, 1, 1, 1, 1], [1, 1, 1], [1, 1, 1], 'valid')).toEqual([5]);
  });
});
