import { describe, expect, it } from '@jest/globals';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend, Workspace } from '../../../src/tfjs/wasm/backend.ts';
import { maxPoolWithArgmax } from '../../../src/tfjs/wasm/maxPoolWithArgmax.ts';
import {
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

/** Values that are all negative, which the shipped wasm kernels got wrong, and of both signs. */
const signs = {
  negative: (shape: number[]): Values => {
    const { values } = waves(shape);
    return { shape, values: values.map((value) => Math.fround(value - 3)) };
  },
  mixed: waves,
};

const windows = [
  { filterSize: [2, 2], strides: [2, 2] },
  { filterSize: [3, 3], strides: [1, 1] },
  { filterSize: [2, 3], strides: [2, 1] },
  { filterSize: [1, 2], strides: [3, 2] },
];
const grid = product({ window: windows, pad: ['valid', 'same'], sign: ['negative', 'mixed'] as const }).map(
  (row) => ({
    ...row,
    title: `windows ${row.window.filterSize} by ${row.window.strides}, ${row.pad}, ${row.sign}`,
  }),
);

describe.each(grid)('$title', ({ window, pad, sign }) => {
  const attributes = { ...window, pad };
  const cases = product({ batch: [1, 3], channels: [1, 3, 4, 9] });

  it('MaxPoolGrad is what double precision says', () => {
    const before = held(tf);
    for (const { batch, channels } of cases) {
      const input = signs[sign]([batch, 7, 6, channels]);
      const output = runKernel64('MaxPool', { x: input }, attributes)[0]!;
      const inputs = { input, output, dy: waves(output.shape, 0.5) };
      const actual = runKernel(tf, 'MaxPoolGrad', inputs, attributes);
      expect(disagreements(actual, runKernel64('MaxPoolGrad', inputs, attributes))).toEqual([]);
    }
    expect(held(tf)).toEqual(before);
  });

  it.each([true, false])('MaxPoolWithArgmax is exact, batch in the index: %s', (includeBatchInIndex) => {
    const before = held(tf);
    for (const { batch, channels } of cases) {
      const inputs = { x: signs[sign]([batch, 7, 6, channels]) };
      const actual = runKernel(tf, 'MaxPoolWithArgmax', inputs, { ...attributes, includeBatchInIndex });
      expect(actual).toEqual(
        runKernel64('MaxPoolWithArgmax', inputs, { ...attributes, includeBatchInIndex }),
      );
    }
    expect(held(tf)).toEqual(before);
  });
});

describe('MaxPoolWithArgmax of int32', () => {
  it('finds the maximum and its place, the smallest int32 included', () => {
    const least = -(2 ** 31);
    const x: Values = { shape: [1, 2, 2, 1], values: [least, least, -7, -8], dtype: 'int32' };
    const attributes = { filterSize: [1, 2], strides: [1, 2], pad: 'valid', includeBatchInIndex: true };
    expect(runKernel(tf, 'MaxPoolWithArgmax', { x }, attributes)).toEqual([
      { shape: [1, 2, 1, 1], values: [least, -7] },
      { shape: [1, 2, 1, 1], values: [0, 2] },
    ]);
  });
});

it('results that are skipped are written nowhere', () => {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  const flat = { shape: [1, 1, 3, 1], values: [1, 2, 3] };
  const deep = { shape: [1, 1, 1, 3, 1], values: [1, 2, 3] };
  // The second window of the first lies in the padding.
  const pad = [[0, 0], [0, 1], [0, 0], [0, 0]]; // biome-ignore format: a table
  for (const [kernel, inputs, filterSize, padding] of [
    ['MaxPool', { x: flat }, [1, 2], pad],
    ['MaxPool3D', { x: deep }, [1, 1, 2], 'valid'],
    ['MaxPoolGrad', { input: flat, output: flat, dy: waves([1, 1, 2, 1]) }, [1, 2], 'valid'],
  ] as const) {
    const lowest = wasm.HEAPU8.slice(0, 256);
    runKernel(tf, kernel, inputs, { filterSize, strides: 1, pad: padding });
    expect(wasm.HEAPU8.slice(0, 256)).toEqual(lowest);
  }
});

it('MaxPoolWithArgmax refuses an image without a batch', () => {
  const x = { shape: [2, 2, 1] } as TensorInfo;
  const attributes = {
    filterSize: [1, 2],
    strides: [1, 2],
    pad: 'valid',
    includeBatchInIndex: true,
  } as const;
  const nothing = {} as Workspace;
  expect(() => maxPoolWithArgmax({ x }, attributes as never, nothing)).toThrow(
    'Error in maxPool: input must be rank 4 but got rank 3.',
  );
});

const windows3D = [
  { filterSize: [2, 2, 2], strides: [2, 2, 2] },
  { filterSize: [1, 3, 3], strides: [1, 2, 1] },
  { filterSize: [2, 1, 1], strides: [1, 1, 1] },
];
const grid3D = product({ window: windows3D, pad: ['valid', 'same', 1], sign: ['negative', 'mixed'] as const })
  .filter(({ window: { filterSize }, pad }) => pad !== 1 || new Set(filterSize).size === 1)
  .map((row) => ({
    ...row,
    title: `windows ${row.window.filterSize} by ${row.window.strides}, ${row.pad}, ${row.sign}`,
  }));

describe.each(grid3D)('in 3D, $title', ({ window, pad, sign }) => {
  it('MaxPool3D and MaxPool3DGrad are what double precision says', () => {
    const before = held(tf);
    for (const { batch, channels } of product({ batch: [1, 2], channels: [1, 3, 4, 5] })) {
      const attributes = { ...window, pad, dataFormat: 'NDHWC' };
      const input = signs[sign]([batch, 4, 5, 6, channels]);
      const [output] = runKernel64('MaxPool3D', { x: input }, attributes);
      expect(runKernel(tf, 'MaxPool3D', { x: input }, attributes)).toEqual([output]);
      const inputs = { input, output: output!, dy: waves(output!.shape, 0.5) };
      const actual = runKernel(tf, 'MaxPool3DGrad', inputs, attributes);
      expect(disagreements(actual, runKernel64('MaxPool3DGrad', inputs, attributes))).toEqual([]);
    }
    expect(held(tf)).toEqual(before);
  });
});

describe('windows that are not square in 3D', () => {
  it('send the gradient to the maximum', async () => {
    // 5 1 2 3 4 9
    // 1 2 8 4 3 2, with two windows of 2 rows and 3 columns: their maxima are 8 and 9.
    const input: Values = { shape: [1, 1, 2, 6, 1], values: [5, 1, 2, 3, 4, 9, 1, 2, 8, 4, 3, 2] };
    const inputs = { input, output: input, dy: { shape: [1, 1, 1, 2, 1], values: [10, 20] } };
    const attributes = { filterSize: [1, 2, 3], strides: [1, 1, 3], pad: 'valid' };
    const expected = [{ shape: input.shape, values: [0, 0, 0, 0, 0, 20, 0, 0, 10, 0, 0, 0] }];
    expect(runKernel(tf, 'MaxPool3DGrad', inputs, attributes)).toEqual(expected);
    expect(runKernel64('MaxPool3DGrad', inputs, attributes)).toEqual(expected);
  });
});

describe('equal values', () => {
  it('count once: the first in 2D, the last in 3D, as on the cpu backend', () => {
    const inputs = (shape: number[], out: number[]) => ({
      input: { shape, values: [2, 2] },
      output: { shape: out, values: [2] },
      dy: { shape: out, values: [5] },
    });
    const flat = inputs([1, 1, 2, 1], [1, 1, 1, 1]);
    const deep = inputs([1, 1, 1, 2, 1], [1, 1, 1, 1, 1]);
    const attributes2D = { filterSize: [1, 2], strides: [1, 2], pad: 'valid' };
    const attributes3D = { filterSize: [1, 1, 2], strides: [1, 1, 2], pad: 'valid' };
    for (const run of [runKernel64, (...args: Parameters<typeof runKernel64>) => runKernel(tf, ...args)]) {
      expect(run('MaxPoolGrad', flat, attributes2D)[0]?.values).toEqual([5, 0]);
      expect(run('MaxPool3DGrad', deep, attributes3D)[0]?.values).toEqual([0, 5]);
    }
  });
});
