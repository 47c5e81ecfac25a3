import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { sizeOf } from '../../../src/numerics/shape.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';
import { corrections } from '../../../src/tfjs/wasm/corrections.ts';
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
    expect(() => runKernel(tf, 'GatherV2', inputs, { axis: 1, batchDims: 1 })).toThrow(
      'the index value 3 is not in [0, 2]',
    );
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

it('leakyrelu without a slope is relu after a convolution of one tap, as in the shipped kernel after others', () => {
  const x = { shape: [1, 1, 2, 1], values: [-1, 2] };
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, activation: 'leakyrelu' };
  for (const taps of [[3], [0, 3, 0]]) {
    const filter = { shape: [1, taps.length, 1, 1], values: taps };
    const [y] = runKernel(tf, 'FusedConv2D', { x, filter, bias: { shape: [1], values: [0] } }, attributes);
    expect(y!.values.map((value) => value + 0)).toEqual([0, 6]);
  }
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

describe('images with their channels first', () => {
  it.each(['valid', 'same', 1])('convolve, and have their gradients, with padding %s', (pad) => {
    const attributes = { strides: [1, 2], pad, dataFormat: 'NCHW', dilations: [1, 1], activation: 'linear' };
    const inputs = { x: waves([2, 2, 5, 4]), filter: waves([3, 2, 2, 3], 2.2) };
    agrees('Conv2D', inputs, attributes);
    agrees('FusedConv2D', inputs, attributes);
    const [output] = runKernel64('Conv2D', inputs, attributes);
    const dy = waves(output!.shape, 0.5);
    const { x, filter } = inputs;
    agrees('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape });
    agrees('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape: filter.shape });
  });
});

describe('ResizeNearestNeighborGrad', () => {
  it('with aligned corners hands every number to its own row and image', () => {
    // 2 x 1 pixels resized to themselves, and to two columns.
    const inputs = {
      images: { shape: [2, 2, 1, 1], values: [0, 0, 0, 0] },
      dy: { shape: [2, 2, 2, 1], values: [1, 2, 30, 40, 500, 600, 7000, 8000] },
    };
    const [dx] = runKernel(tf, 'ResizeNearestNeighborGrad', inputs, { alignCorners: true });
    expect(dx?.values).toEqual([3, 70, 1100, 15000]);
  });

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
    // At 1.5
    expect(crop([1 / 4, 0, 1 / 2, 0], [1, 1], 'bilinear')).toEqual([25]);
    expect(crop([1 / 4, 0, 1 / 2, 0], [1, 1], 'nearest')).toEqual([30]);
    // At 0 and 5, of which only rows up to 4 are there, and at 0 and 4.
    expect(crop([0, 0, 5 / 4, 0], [2, 1], 'nearest')).toEqual([10, -1]);
    expect(crop([0, 0, 1, 0], [2, 1], 'bilinear')).toEqual([10, 50]);
  });

  it('takes each box from its own image, with all channels, and 0 for an image that is not there', () => {
    const counted = Array.from({ length: 2 * 2 * 3 * 2 }, (_, at) => at + 1);
    const inputs = {
      image: { shape: [2, 2, 3, 2], values: counted },
      // The first box is of no image; then all of the second, and of the first the middles of its left half.
      boxes: { shape: [3, 4], values: [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0.5] },
      boxInd: { shape: [3], values: [2, 1, 0], dtype: 'int32' as const },
    };
    const attributes = { cropSize: [2, 3], method: 'bilinear', extrapolationValue: -1 };
    const [crops] = runKernel(tf, 'CropAndResize', inputs, attributes);
    // Columns at 0, 0.5 and 1, where a pixel is [1, 2] and the next [3, 4].
    const half = [1, 2, 2, 3, 3, 4, 7, 8, 8, 9, 9, 10];
    expect(crops).toEqual({
      shape: [3, 2, 3, 2],
      values: [...Array(12).fill(0), ...counted.slice(12), ...half],
    });
  });
});

describe('the shipped kernel', () => {
  const convolution = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
  const square = { x: waves([1, 4, 4, 2]), filter: waves([3, 3, 2, 2]) };
  const pool = { filterSize: [2, 2], strides: [1, 1], dimRoundingMode: undefined };
  const resize = { images: waves([1, 2, 2, 1]), dy: waves([1, 4, 4, 1]) };
  const whole = (shape: number[], values: number[]) => ({ shape, values, dtype: 'int32' as const });

  /** The inputs' shapes that a kernel hands on to the shipped one, `as it is` where it hands on everything. */
  const handedOn = (kernel: string, inputs: Record<string, Values>, attrs: object) =>
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, { values, shape, dtype }]) => [
          name,
          tf.tensor(values, shape, dtype),
        ]),
      );
      const parameters = { inputs: tensors, attrs, backend: tf.backend() } as never;
      const seen: (string | Record<string, number[]>)[] = [];
      const shipped = (given: { inputs: Record<string, Tensor> }) => {
        seen.push(
          given === parameters
            ? 'as it is'
            : Object.fromEntries(Object.entries(given.inputs).map(([name, { shape }]) => [name, shape])),
        );
        return tf.zeros([1, 1]);
      };
      corrections[kernel]!(shipped as never, kernel)(parameters);
      return seen;
    });

  it.each<[string, Record<string, Values>, object]>([
    ['Prelu', { x: waves([2, 3, 4]), alpha: waves([4]) }, {}],
    ['Prelu', { x: waves([2, 3, 4]), alpha: waves([1, 4]) }, {}],
    ['Prelu', { x: waves([2, 3, 4]), alpha: waves([2, 3, 4]) }, {}],
    ['Prelu', { x: waves([2, 3, 4]), alpha: waves([1]) }, {}],
    ['GatherV2', { x: waves([2, 3]), indices: whole([1], [0]) }, { axis: 1, batchDims: 0 }],
    ['GatherV2', { x: waves([2, 3]), indices: whole([2, 0], []) }, { axis: 1, batchDims: 1 }],
    ['_FusedMatMul', { a: waves([2, 3]), b: waves([3, 4]) }, { transposeA: false, transposeB: false }],
    ['ClipByValue', { x: whole([2], [1, 9]) }, { clipValueMin: 2, clipValueMax: 5 }],
    ['Conv2D', square, { ...convolution, pad: 'valid', strides: [4, 4] }],
    ['Conv2D', square, convolution],
    // Steps as long as the filter skip no pixel, and padding of two pixels leaves one for a filter of three.
    ['Conv2D', square, { ...convolution, strides: [3, 3] }],
    ['FusedConv2D', square, { ...convolution, pad: 'valid' }],
    ['MaxPool', { x: waves([1, 4, 4, 1]) }, { ...pool, pad: 'same' }],
    ['ResizeNearestNeighborGrad', resize, { alignCorners: false }],
  ])('is called as it is where it is right: %s of %j, %j', (kernel, inputs, attrs) => {
    expect(handedOn(kernel, inputs, attrs)).toEqual(['as it is']);
  });

  it.each<[string, Record<string, Values>, object, unknown[]]>([
    ['Prelu', { x: waves([2, 3, 4]), alpha: waves([3, 1]) }, {}, []],
    ['Prelu', { x: waves([4]), alpha: waves([2, 4]) }, {}, []],
    ['ResizeNearestNeighborGrad', resize, { alignCorners: true }, []],
    [
      'GatherV2',
      { x: waves([1, 3]), indices: whole([1, 1], [2]) },
      { axis: 1, batchDims: 1 },
      [{ x: [3, 1], indices: [1] }],
    ],
    [
      'BatchMatMul',
      { a: { shape: [0, 2], values: [] }, b: { shape: [0, 3], values: [] } },
      { transposeA: true, transposeB: false },
      [{ a: [1, 2], b: [1, 3] }],
    ],
    // Steps of two pixels by a filter of one column: padded before, by no column.
    [
      'Conv2D',
      { x: waves([1, 4, 4, 2]), filter: waves([3, 1, 2, 2]) },
      { ...convolution, strides: [1, 2] },
      [{ x: [1, 6, 3, 2], filter: [3, 1, 2, 2] }],
    ],
    // A window behind the last pixel.
    ['MaxPool', { x: waves([1, 2, 1, 1]) }, { ...pool, filterSize: [1, 1], pad: [[0, 0], [0, 1], [0, 0], [0, 0]] }, []],
    // Padding as wide as the filter.
    [
      'Conv2D',
      { x: waves([1, 4, 4, 2]), filter: waves([1, 2, 2, 2]) },
      { ...convolution, pad: [[0, 0], [0, 0], [2, 0], [0, 0]] },
      [{ x: [1, 4, 6, 2], filter: [1, 2, 2, 2] }],
    ],
  ])('gets what it can do of %s of %j, %j', (kernel, inputs, attrs, handed) => {
    expect(handedOn(kernel, inputs, attrs)).toEqual(handed);
  }); // biome-ignore format: a table
});
