import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';
import { disagreements, held, product, runKernel, runKernel64, start, waves } from '../../support/kernels.ts';
import { largestDisagreement, spread } from '../differences.ts';

const tf = await start('cpu');
const tf64 = float64 as unknown as TF;

/** Each kernel, through autodiff of its op in double precision, where this package registers the same kernel. */
const againstDifferences = (f: (x: Tensor) => Tensor, shape: number[]): number =>
  largestDisagreement(tf64, f, [spread(shape)]);

describe('ResizeNearestNeighborGrad on cpu', () => {
  const cases = product({ alignCorners: [true, false], from: [[4, 6], [2, 3], [5, 5]], to: [[8, 9], [2, 3], [1, 1], [5, 7]] }); // biome-ignore format: a table

  it.each(cases)('is the derivative, image by image: %j', ({ alignCorners, from, to }) => {
    const resize = (x: Tensor) =>
      float64.image.resizeNearestNeighbor(x as never, to as [number, number], alignCorners);
    expect(againstDifferences(resize, [2, ...from, 2])).toBeLessThan(1e-9);
  });

  it.each(cases)('is the same in single precision: %j', ({ alignCorners, from, to }) => {
    const before = held(tf);
    const inputs = { images: waves([3, ...from, 3]), dy: waves([3, ...to, 3], 0.5) };
    const actual = runKernel(tf, 'ResizeNearestNeighborGrad', inputs, { alignCorners });
    expect(disagreements(actual, runKernel64('ResizeNearestNeighborGrad', inputs, { alignCorners }))).toEqual(
      [],
    );
    expect(held(tf)).toEqual(before);
  });

  it('ends for an image of one row with aligned corners, where tfjs-backend-cpu goes on for ever', () => {
    const inputs = { images: waves([1, 1, 2, 1]), dy: { shape: [1, 2, 2, 1], values: [1, 2, 3, 4] } };
    const [gradient] = runKernel(tf, 'ResizeNearestNeighborGrad', inputs, { alignCorners: true });
    expect(gradient?.values).toEqual([4, 6]);
  });

  it('gives 10 and 100 where tfjs-backend-cpu gives 10 and 19', () => {
    const dy = { shape: [2, 2, 2, 1], values: [1, 2, 3, 4, 10, 20, 30, 40] };
    const inputs = { images: waves([2, 1, 1, 1]), dy };
    for (const run of [runKernel64, (...args: Parameters<typeof runKernel64>) => runKernel(tf, ...args)])
      expect(run('ResizeNearestNeighborGrad', inputs, {})[0]?.values).toEqual([10, 100]);
  });
});

const POOLS = product({
  pad: ['valid', 'same'] as const,
  size: [
    [2, 2, 2],
    [1, 3, 2],
  ] as [number, number, number][],
  strides: [
    [2, 2, 2],
    [1, 1, 2],
  ] as [number, number, number][],
});

describe.each(POOLS)('pooling gradients on cpu: %j', ({ pad, size, strides }) => {
  const plane = [size.slice(1), strides.slice(1)] as [[number, number], [number, number]];
  const ops: Record<string, [(x: Tensor) => Tensor, number[]]> = {
    maxPool3d: [(x) => float64.maxPool3d(x as never, size, strides, pad), [2, 3, 4, 5, 2]],
    avgPool3d: [(x) => float64.avgPool3d(x as never, size, strides, pad), [2, 3, 4, 5, 2]],
    avgPool: [(x) => float64.avgPool(x as never, ...plane, pad), [2, 4, 5, 2]],
  };

  it.each(Object.keys(ops))('%s is the derivative', (name) => {
    const [f, shape] = ops[name]!;
    expect(againstDifferences(f, shape)).toBeLessThan(1e-9);
  });

  it('are the same in single precision', () => {
    const input = waves([2, 3, 4, 5, 2]);
    const attributes = { filterSize: size, strides, pad };
    for (const kernel of ['MaxPool3D', 'AvgPool3D']) {
      const [output] = runKernel64(kernel, { x: input }, { ...attributes, dataFormat: 'NDHWC' });
      const inputs = { input, output: output!, dy: waves(output!.shape, 0.5) };
      const [gradient] = [runKernel(tf, `${kernel}Grad`, inputs, attributes)];
      expect(disagreements(gradient, runKernel64(`${kernel}Grad`, inputs, attributes))).toEqual([]);
    }
  });
});

it('MaxPool3DGrad finds the maximum of windows that are not square', () => {
  const input = { shape: [1, 1, 2, 3, 1], values: [5, 1, 2, 1, 2, 8] };
  const inputs = { input, output: input, dy: { shape: [1, 1, 1, 1, 1], values: [10] } };
  const attributes = { filterSize: [1, 2, 3], strides: [1, 1, 1], pad: 'valid' };
  expect(runKernel(tf, 'MaxPool3DGrad', inputs, attributes)[0]?.values).toEqual([0, 0, 0, 0, 0, 10]);
});

it('AvgPoolGrad divides by the elements inside the image', () => {
  const input = { shape: [1, 2, 2, 1], values: [1, 2, 3, 4] };
  const dy = { shape: [1, 1, 1, 1], values: [8] };
  const attributes = { filterSize: [3, 3], strides: [3, 3], pad: 'same' };
  // The only window covers all four pixels; its other five places are padding.
  expect(runKernel(tf, 'AvgPoolGrad', { input, dy }, attributes)[0]?.values).toEqual([2, 2, 2, 2]);
});

const RESIZES = product({ alignCorners: [true, false], from: [[4, 6], [2, 3], [5, 5], [1, 2]], to: [[8, 9], [2, 3], [1, 1], [5, 7]] }); // biome-ignore format: a table

describe.each(RESIZES)('ResizeBilinearGrad on cpu: %j', ({ alignCorners, from, to }) => {
  it('is the derivative', () => {
    const resize = (x: Tensor) =>
      float64.image.resizeBilinear(x as never, to as [number, number], alignCorners);
    expect(againstDifferences(resize, [2, ...from, 2])).toBeLessThan(1e-9);
  });

  it('is the same in single precision', () => {
    const before = held(tf);
    const inputs = { images: waves([3, ...from, 3]), dy: waves([3, ...to, 3], 0.5) };
    const actual = runKernel(tf, 'ResizeBilinearGrad', inputs, { alignCorners });
    const expected = runKernel64('ResizeBilinearGrad', inputs, { alignCorners });
    expect(disagreements(actual, expected)).toEqual([]);
    expect(held(tf)).toEqual(before);
  });
});

describe.each(product({ shift: [0, -3, -1e20], pad: ['valid', 'same'] as const, dilations: [1, 2] }))(
  'dilation2d on cpu: %j',
  ({ shift, pad, dilations }) => {
    const x = waves([2, 5, 4, 2]);
    const inputs = {
      x: {
        ...x,
        values: x.values.map((value) => (shift === 0 ? value : value * Math.abs(shift) + 3 * shift)),
      },
      filter: waves([2, 3, 2], 2.2),
    };
    const attributes = { strides: 1, pad, dilations };

    it('is the largest sum of every window, and hands on every dy', () => {
      const [output] = runKernel(tf, 'Dilation2D', inputs, attributes);
      const image = (row: number, column: number) => inputs.x.values[(row * 4 + column) * 2]!;
      const top = pad === 'same' ? Math.floor(dilations / 2) : 0;
      const left = pad === 'same' ? dilations : 0;
      const sums = [0, 1].flatMap((r) =>
        [0, 1, 2].map(
          (k) => [r * dilations - top, k * dilations - left, inputs.filter.values[(r * 3 + k) * 2]!] as const,
        ),
      );
      const inside = sums.filter(([row, column]) => row >= 0 && column >= 0 && row < 5 && column < 4);
      const largest = Math.max(...inside.map(([row, column, weight]) => image(row, column) + weight));
      if (output!.values.length > 0) expect(output!.values[0]).toBeCloseTo(Math.fround(largest), 5);
      const dy = waves(output!.shape, 0.5);
      const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
      for (const kernel of ['Dilation2DBackpropInput', 'Dilation2DBackpropFilter']) {
        const [gradient] = runKernel(tf, kernel, { ...inputs, dy }, attributes);
        expect(total(gradient!.values)).toBeCloseTo(total(dy.values), 4);
      }
    });
  },
);

describe.each(product({ pad: ['valid', 'same'] as const, dilations: [1, 2] }))(
  'dilation2d of negative values: %j',
  ({ pad, dilations }) => {
    it('has the derivative', () => {
      const dilate = (x: Tensor, filter: Tensor) =>
        float64.dilation2d(x.sub(3) as never, filter as never, 1, pad, dilations);
      const inputs = [spread([2, 5, 4, 2]), spread([2, 3, 2], 2.2)];
      expect(largestDisagreement(tf64, dilate, inputs)).toBeLessThan(1e-9);
    });
  },
);

describe('Transform on cpu', () => {
  it('turns every image of a batch, with a transform for each or the same for all', () => {
    // One pixel to the right.
    const shift = [1, 0, -1, 0, 1, 0, 0, 0];
    const still = [1, 0, 0, 0, 1, 0, 0, 0];
    const image = { shape: [2, 1, 3, 1], values: [1, 2, 3, 4, 5, 6] };
    const attributes = { interpolation: 'nearest', fillMode: 'constant', fillValue: 0, outputShape: [1, 3] };
    const moved = (shape: number[], values: number[]) =>
      runKernel(tf, 'Transform', { image, transforms: { shape, values } }, attributes)[0]?.values;
    expect(moved([1, 8], shift)).toEqual([0, 1, 2, 0, 4, 5]);
    expect(moved([2, 8], [...still, ...shift])).toEqual([1, 2, 3, 0, 4, 5]);
  });
});
