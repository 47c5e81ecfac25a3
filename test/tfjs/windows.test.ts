import { describe, expect, it } from '@jest/globals';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from 'backproof/float64';
import { ranges } from '../../src/tfjs/cpu/windows.ts';
import { einsum } from '../../src/tfjs/einsum.ts';
import { nearestSources, resizeScale } from '../../src/tfjs/resizeScale.ts';
import { spaced, thinned } from '../../src/tfjs/spacing.ts';
import type { TF } from '../../src/tfjs/types.ts';
import { windows2D, windows3D } from '../../src/tfjs/wasm/windows.ts';
import {
  addedPixels,
  ofConvolution2D,
  ofConvolution3D,
  ofPooling,
  withoutUnreached,
} from '../../src/tfjs/windows.ts';

const library = tf as unknown as TF;

describe('windows along an axis', () => {
  it('start at each stride, less the padding, and lie inside', () => {
    expect(ranges(3, 2, 1, 3, 6)).toEqual([
      [0, 2],
      [1, 4],
      [3, 6],
    ]);
    expect(ranges(2, 3, 0, 2, 4)).toEqual([
      [0, 2],
      [3, 4],
    ]);
    expect(ranges(0, 1, 0, 1, 4)).toEqual([]);
  });

  it('have padding before and after, or pixels that none reaches', () => {
    const pooling = (
      shape: number[],
      filterSize: number[],
      strides: number[],
      pad: 'same' | 'valid' | number,
    ) => ofPooling(library, shape, null, { filterSize, strides, pad }).slice(1, -1);
    // 5 and 7 pixels, windows of 3 and 2 at each second: same gives 3 and 4 of them
    expect(pooling([1, 5, 7, 1], [3, 2], [2, 2], 'same')).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(pooling([1, 5, 7, 1], [3, 2], [2, 2], 'valid')).toEqual([
      [0, 0],
      [0, -1],
    ]);
    expect(pooling([1, 5, 5, 1], [3, 3], [1, 1], 1)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    // In volumes a stride longer than the window starts at the first pixel: 0, 3 of 5
    expect(pooling([1, 5, 4, 3, 1], [1, 2, 3], [3, 2, 1], 'same')).toEqual([
      [0, -1],
      [0, 0],
      [1, 1],
    ]);
    const [, rows, columns] = ofConvolution2D(library, [2, 6, 5, 3], [3, 2, 3, 4], {
      ...{ strides: [2, 1], pad: 'same', dilations: [1, 2] },
    });
    // 3 windows of 3 rows: (3 - 1) 2 + 3 - 6 = 1; 5 of 3 columns: 4 + 3 - 5 = 2
    expect([rows, columns]).toEqual([
      [0, 1],
      [1, 1],
    ]);
    const depthwise = ofConvolution2D(library, [2, 6, 5, 3], [3, 3, 3, 2], {
      strides: 1,
      pad: 'valid',
    });
    expect(depthwise).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(
      ofConvolution3D(library, [1, 4, 5, 6, 2], [2, 3, 1, 2, 3], { strides: [1, 2, 3], pad: 'same' }),
    ).toEqual([
      ...[
        [0, 0],
        [0, 1],
        [1, 1],
        [0, -2],
        [0, 0],
      ],
    ]);
  });

  it('cut off what none reaches, and add what lies outside', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
      expect(
        withoutUnreached(library, x, [
          [0, 0],
          [0, 1],
          [1, 0],
          [0, 0],
        ]),
      ).toBe(x);
      const cut = withoutUnreached(library, x, [
        [0, 0],
        [0, 0],
        [0, -1],
        [0, 0],
      ]);
      expect([cut.shape, Array.from(cut.dataSync())]).toEqual([
        [1, 2, 2, 1],
        [1, 2, 4, 5],
      ]);
    });
    expect(
      addedPixels([
        [1, -2],
        [0, 3],
      ]),
    ).toEqual([
      [1, 0],
      [0, 3],
    ]);
  });

  it('are told to the wasm kernels by depth, height and width', () => {
    const info = (shape: number[]) => ({ shape }) as TensorInfo;
    expect(windows2D(info([2, 6, 5, 3]), { filterSize: [3, 2], strides: [2, 1], pad: 'same' })).toEqual({
      ...{
        outShape: [2, 3, 5, 3],
        batch: 2,
        input: [1, 6, 5],
        channels: 3,
        output: [1, 3, 5],
        size: [1, 3, 2],
      },
      ...{ strides: [1, 2, 1], padding: [0, 0, 0], lastOfEqual: false },
    });
    expect(
      windows3D(info([2, 4, 6, 5, 3]), { filterSize: [2, 3, 4], strides: [1, 2, 3], pad: 1 }),
    ).toMatchObject({
      ...{ batch: 2, input: [4, 6, 5], channels: 3, size: [2, 3, 4], strides: [1, 2, 3], padding: [1, 1, 1] },
      lastOfEqual: true,
    });
  });
});

describe('resized lengths', () => {
  it('have the distance of pixels in the image', () => {
    expect([resizeScale(6, 3, false), resizeScale(6, 3, true), resizeScale(6, 1, true)]).toEqual([2, 2.5, 6]);
  });
  it('have the nearest pixel: rounded down, or, with aligned corners, to the nearest', () => {
    expect(nearestSources(3, 6, false)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(nearestSources(5, 3, false)).toEqual([0, 1, 3]);
    expect(nearestSources(3, 5, true)).toEqual([0, 1, 1, 2, 2]);
    expect(nearestSources(4, 1, true)).toEqual([0]);
  });
});

describe('numbers that are put apart', () => {
  it('along any axis, and taken together again', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      const list = (t: { arraySync(): unknown }) => t.arraySync();
      expect(list(spaced(library, x, 1, 2))).toEqual([
        [1, 0, 2, 0, 3],
        [4, 0, 5, 0, 6],
      ]);
      expect(list(spaced(library, x, 0, 3))).toEqual([
        [1, 2, 3],
        [0, 0, 0],
        [0, 0, 0],
        [4, 5, 6],
      ]);
      expect(spaced(library, x, 0, 1)).toBe(x);
      expect(thinned(library, x, 0, 1)).toBe(x);
      expect(list(thinned(library, x, 1, 2))).toEqual([
        [1, 3],
        [4, 6],
      ]);
      expect(list(thinned(library, x, 0, 2))).toEqual([[1, 2, 3]]);
      expect(list(thinned(library, spaced(library, x, 1, 4), 1, 4))).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
    });
  });
});

describe('products named by letters', () => {
  const of = (equation: string, ...tensors: [shape: number[], values: number[]][]) => {
    const infos = tensors.map(([shape]) => ({ shape }) as TensorInfo);
    const { shape, values } = einsum(equation, infos, (info) => tensors[infos.indexOf(info)]![1]);
    return { shape, values: [...values] };
  };
  it('are sums over the letters that the result lacks', () => {
    const [a, b] = [
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
      [
        [3, 2],
        [7, 8, 9, 10, 11, 12],
      ],
    ] as [[number[], number[]], [number[], number[]]];
    expect(of('ij,jk->ik', a, b)).toEqual({ shape: [2, 2], values: [58, 64, 139, 154] });
    expect(of('ij->j', a)).toEqual({ shape: [3], values: [5, 7, 9] });
    expect(of('ij,ji->', a, b)).toEqual({ shape: [], values: [7 + 18 + 33 + 32 + 50 + 72] });
    expect(of('ij,k->i', a, [[2], [10, 20]])).toEqual({ shape: [2], values: [180, 450] });
  });
});
