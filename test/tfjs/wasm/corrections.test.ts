import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { sizeOf } from '../../../src/numerics/shape.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';
import {
  agreement,
  disagreements,
  held,
  product,
  runKernel,
  runKernel64,
  start,
  type Values,
  waves,
} from '../../support/kernels.ts';

const tf = await start('wasm');
const agrees = agreement(tf);

describe('Prelu', () => {
  it.each([[[]], [[1]], [[4]], [[1, 4]], [[3, 1]], [[3, 4]], [[2, 1, 4]], [[2, 3, 1]], [[2, 3, 4]]])(
    'takes alpha of shape %j',
    (shape) => {
      agrees('Prelu', { x: waves([2, 3, 4]), alpha: waves(shape, 2) });
    },
  );

  it('takes x that is smaller than alpha, and alpha of int32', () => {
    agrees('Prelu', { x: waves([3]), alpha: waves([2, 3], 2) });
    agrees('Prelu', { x: waves([3]), alpha: { shape: [3], values: [2, -3, 4], dtype: 'int32' } });
  });
});

describe('GatherV2', () => {
  const lookups: readonly [shape: number[], indices: number[], axis: number, batchDims: number][] = [
    [[2, 3], [2, 2], 1, 1],
    [[2, 3, 4], [2, 3], 1, 1],
    [[2, 3, 4], [2, 3], 2, 1],
    [[2, 3, 4], [2, 3], -1, 1],
    [[2, 3, 4, 5], [2, 3], 2, 1],
    [[3, 2, 4, 2], [3, 2], 3, 1],
    [[2, 2, 3, 2], [2, 2, 4], 2, 2],
    [[2, 2, 3, 2], [2, 2], 3, 2],
    [[3, 4], [3], 1, 0],
  ];

  it.each(lookups)(
    'looks up in %j by %j along axis %j with batchDims %j',
    (shape, indices, axis, batchDims) => {
      const size = sizeOf(indices);
      const places = Array.from({ length: size }, (_, i) => (2 * i + Number(i > 1)) % shape.at(axis)!);
      const inputs = {
        x: waves(shape),
        indices: { shape: indices, values: places, dtype: 'int32' as const },
      };
      agrees('GatherV2', inputs, { axis, batchDims });
    },
  );

  it('refuses a place that is not there', () => {
    const inputs = {
      x: waves([2, 3, 2]),
      indices: { shape: [2, 1], values: [0, 3], dtype: 'int32' as const },
    };
    expect(() => runKernel(tf, 'GatherV2', inputs, { axis: 1, batchDims: 1 })).toThrow('index value 3');
  });
});

describe('matMul over an inner side of 0', () => {
  it.each([
    [[2, 0], [0, 3], false, false],
    [[0, 2], [0, 3], true, false],
    [[0, 2], [3, 0], true, true],
    [[2, 2, 0], [2, 0, 3], false, false],
  ])('is 0 for %j and %j', (a, b, transposeA, transposeB) => {
    // Fills memory and frees it; the shipped kernel returns it unchanged.
    tf.dispose(tf.fill([64], 7));
    const inputs = { a: { shape: a, values: [] }, b: { shape: b, values: [] } };
    agrees('BatchMatMul', inputs, { transposeA, transposeB });
  });
});

describe('fused.matMul', () => {
  const grid = product({
    operands: [
      { a: [2, 3], b: [3, 4], transposeA: false, transposeB: false },
      { a: [3, 2], b: [3, 4], transposeA: true, transposeB: false },
      { a: [2, 3], b: [4, 3], transposeA: false, transposeB: true },
      { a: [3, 2], b: [4, 3], transposeA: true, transposeB: true },
      { a: [2, 2, 3], b: [2, 3, 4], transposeA: false, transposeB: false },
      { a: [2, 2, 3], b: [1, 3, 4], transposeA: false, transposeB: false },
      { a: [2, 0], b: [0, 4], transposeA: false, transposeB: false },
    ],
    activation: ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const,
  });
  const dense = (
    on: TF,
    { operands: { a, b, ...transposes }, activation }: (typeof grid)[number],
  ): Tensor => {
    const of = (shape: number[], phase: number) => on.tensor(waves(shape, phase).values, shape);
    const options = activation === 'leakyrelu' ? { leakyreluAlpha: 0.3 } : {};
    const weights = activation === 'prelu' ? { preluActivationWeights: of([4], 2) } : {};
    return on.fused.matMul({
      a: of(a, 1),
      b: of(b, 2.2),
      bias: of([4], 3),
      activation,
      ...transposes,
      ...options,
      ...weights,
    });
  };

  it.each(grid)('adds its bias to every row: $operands, $activation', (row) => {
    const result = (on: TF) => {
      const y = on.tidy(() => dense(on, row));
      const values = { shape: y.shape, values: Array.from(y.dataSync()) };
      y.dispose();
      return [values];
    };
    const before = held(tf);
    expect(disagreements(result(tf), result(float64 as unknown as TF))).toEqual([]);
    expect(held(tf)).toEqual(before);
  });
});

describe('NaN', () => {
  const plane = (shape: number[]): Values => ({ shape, values: waves(shape).values.with(1, Number.NaN) });
  const same = (kernel: string, inputs: Record<string, Values>, attributes: object = {}) =>
    expect(runKernel(tf, kernel, inputs, attributes)[0]!.values.map(Number.isNaN)).toEqual(
      runKernel64(kernel, inputs, attributes)[0]!.values.map(Number.isNaN),
    );
  const convolution = { strides: [1, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };

  it('stays NaN in convolutions of one tap', () => {
    const inputs = { x: plane([2, 3, 4, 1]), filter: waves([1, 1, 1, 1]) };
    same('Conv2D', inputs, { ...convolution, strides: [1, 1] });
    same('DepthwiseConv2dNative', { x: plane([1, 3, 4, 2]), filter: waves([1, 1, 2, 1]) }, convolution);
    const fused = { ...convolution, activation: 'linear' };
    same('FusedConv2D', { ...inputs, bias: waves([1]) }, fused);
    same('FusedDepthwiseConv2D', { ...inputs, bias: waves([1]) }, fused);
    for (const pad of ['valid', 'same', 1])
      agrees('Conv2D', { x: waves([2, 4, 5, 1]), filter: waves([1, 1, 1, 1]) }, { ...convolution, pad });
  });

  it('stays NaN in averages and bounds', () => {
    same('AvgPool', { x: plane([1, 3, 3, 1]) }, { filterSize: [2, 2], strides: [1, 1], pad: 'same' });
    same('ClipByValue', { x: plane([5]) }, { clipValueMin: -0.5, clipValueMax: 0.5 });
    same('Relu6', { x: plane([5]) });
    agrees('ClipByValue', { x: waves([9]) }, { clipValueMin: -0.5, clipValueMax: 0.5 });
    agrees('Relu6', { x: { shape: [4], values: [-1, 0.5, 6, 9] } });
  });
});

describe('a filter on a padded image', () => {
  const ones = (shape: number[]): Values => ({
    shape,
    values: new Array(sizeOf(shape)).fill(1),
  });
  const count = (shape: number[]): Values => ({
    shape,
    values: Array.from({ length: sizeOf(shape) }, (_, at) => at + 1),
  });
  const attributes = { dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: undefined };

  it.each(['Conv2D', 'DepthwiseConv2dNative'])('that steps over pixels: %s', (kernel) => {
    // Rows 1 2 and 3 4, a filter of two rows, strides of 2: 1 + 3, and nothing of the second column.
    const inputs = { x: count([1, 2, 2, 1]), filter: ones([2, 1, 1, 1]) };
    const [out] = runKernel(tf, kernel, inputs, { ...attributes, strides: [2, 2], pad: 'same' });
    expect(out).toMatchObject({ shape: [1, 1, 1, 1], values: [4] });
  });

  it.each(['Conv2D', 'DepthwiseConv2dNative'])('that lies in the padding only: %s', (kernel) => {
    const inputs = { x: count([1, 3, 1, 1]), filter: ones([3, 1, 1, 1]) };
    const pad = [[0, 0], [1, 1], [1, 1], [0, 0]]; // biome-ignore format: a table
    for (let run = 0; run < 5; run++) {
      const [out] = runKernel(tf, kernel, inputs, { ...attributes, strides: [1, 1], pad });
      expect(out?.values).toEqual([0, 3, 0, 0, 6, 0, 0, 5, 0]);
    }
  });
});

describe('ResizeNearestNeighborGrad', () => {
  it('with aligned corners hands a half back to the pixel above it, from which the forward took it', () => {
    // 2 pixels resized to 3: the middle one is at 0.5, which is rounded to 1.
    const inputs = {
      images: { shape: [2, 1, 2, 1], values: [0, 0, 0, 0] },
      dy: { shape: [2, 1, 3, 1], values: [1, 10, 100, 2, 20, 200] },
    };
    const [dx] = runKernel(tf, 'ResizeNearestNeighborGrad', inputs, { alignCorners: true });
    expect(dx?.values).toEqual([1, 110, 2, 220]);
  });
});

describe('CropAndResize', () => {
  const crop = (box: number[], cropSize: number[], method: string): readonly number[] | undefined =>
    runKernel(
      tf,
      'CropAndResize',
      {
        image: { shape: [1, 5, 1, 1], values: [10, 20, 30, 40, 50] },
        boxes: { shape: [1, 4], values: box },
        boxInd: { shape: [1], values: [0], dtype: 'int32' },
      },
      { cropSize, method, extrapolationValue: -1 },
    )[0]?.values as number[] | undefined;

  it('takes each row of a box between those of the image', () => {
    // At 1.25, 1.5 and 1.75.
    expect(crop([5 / 16, 0, 7 / 16, 0], [3, 1], 'bilinear')).toEqual([22.5, 25, 27.5]);
  });

  it('takes the middle of a box for one row, rounds halves up, and has a value for what is outside', () => {
    expect(crop([1 / 8, 0, 1 / 8, 0], [1, 1], 'nearest')).toEqual([20]);
    expect(crop([0, 0, 2, 0], [2, 1], 'nearest')).toEqual([10, -1]);
  });
});
