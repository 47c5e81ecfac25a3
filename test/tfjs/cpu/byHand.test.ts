import { describe, expect, it } from '@jest/globals';
import { runKernel, start } from '../../support/kernels.ts';

const tf = await start('cpu');
const values = (
  name: string,
  inputs: Record<string, { shape: number[]; values: number[] }>,
  attrs: object,
): number[] => Array.from(runKernel(tf, name, inputs, attrs as never)[0]!.values);

describe('kernels of two images with two channels, by hand', () => {
  // Two images of 2 x 3 pixels; the second channel is ten times the first, the second image a hundred times.
  const pixels = [1, 2, 3, 4, 5, 6];
  const x = {
    shape: [2, 2, 3, 2],
    values: [1, 100].flatMap((image) => pixels.flatMap((pixel) => [image * pixel, 10 * image * pixel])),
  };
  const everywhere = (first: number[]): number[] =>
    [1, 100].flatMap((image) => first.flatMap((each) => [image * each, 10 * image * each]));
  const near = (found: number[], wanted: number[]) => {
    expect(found).toHaveLength(wanted.length);
    for (const [k, each] of wanted.entries()) expect(found[k]).toBeCloseTo(each, 3);
  };

  it('avgPool: of what lies inside of the image', () => {
    near(values('AvgPool', { x }, { filterSize: [2, 2], strides: [1, 1], pad: 'valid' }), everywhere([3, 4]));
    near(
      values('AvgPool', { x }, { filterSize: [2, 2], strides: [1, 1], pad: 'same' }),
      everywhere([3, 4, 4.5, 4.5, 5.5, 6]),
    );
    near(values('AvgPool', { x }, { filterSize: [1, 3], strides: [1, 3], pad: 'valid' }), everywhere([2, 5]));
    near(
      values('AvgPool', { x }, { filterSize: [2, 1], strides: [2, 1], pad: 'valid' }),
      everywhere([2.5, 3.5, 4.5]),
    );
    // Windows of one pixel, of which all but one lie outside: no pixels, and their average is 0. With a number for the
    // padding, TensorFlow.js counts the windows of both sides by the height and its stride.
    near(
      values('AvgPool', { x }, { filterSize: [1, 1], strides: [2, 3], pad: 1 }),
      everywhere([0, 0, 0, 0, 6, 0]),
    );
  });

  it('the gradient of avgPool: dy in equal parts', () => {
    const dy = { shape: [2, 1, 2, 2], values: everywhere([4, 8]) };
    near(
      values('AvgPoolGrad', { dy, input: x }, { filterSize: [2, 2], strides: [1, 1], pad: 'valid' }),
      everywhere([1, 3, 2, 1, 3, 2]),
    );
  });

  it('the gradient of resizeBilinear: to the pixels that it lies between', () => {
    const dy = { shape: [2, 1, 2, 2], values: everywhere([4, 8]) };
    // Rows at 0; columns at 0 and 3/2
    near(
      values('ResizeBilinearGrad', { images: x, dy }, { alignCorners: false }),
      everywhere([4, 4, 4, 0, 0, 0]),
    );
    const taller = { shape: [2, 3, 1, 2], values: everywhere([2, 4, 8]) };
    // Rows at 0, 1/2 and 1 with corners aligned, the first column
    near(
      values('ResizeBilinearGrad', { images: x, dy: taller }, { alignCorners: true }),
      everywhere([4, 0, 0, 10, 0, 0]),
    );
  });

  it('dilation2d: the largest sum of a window and the filter', () => {
    const filter = { shape: [1, 2, 2], values: [0, 0, 5, 50] };
    const attrs = { strides: [1, 1], pad: 'valid', dilations: [1, 1] };
    near(values('Dilation2D', { x, filter }, attrs), [
      // max(a, b + 5), and ten times that; a hundredfold b is the largest as well
      ...[
        [1, 2],
        [2, 3],
        [4, 5],
        [5, 6],
      ].flatMap(([a, b]) => [Math.max(a!, b! + 5), Math.max(10 * a!, 10 * b! + 50)]),
      ...[2, 3, 5, 6].flatMap((b) => [100 * b + 5, 1000 * b + 50]),
    ]);
  });

  it('dilation2d in steps over the columns and rows', () => {
    const image = { shape: [1, 3, 5, 1], values: Array.from({ length: 15 }, (_, at) => at) };
    const inputs = { x: image, filter: { shape: [1, 1, 1], values: [100] } };
    near(values('Dilation2D', inputs, { strides: [2, 2], pad: 'valid', dilations: [1, 1] }), [
      ...[100, 102, 104, 110, 112, 114],
    ]);
    const dy = { shape: [1, 2, 3, 1], values: [1, 2, 3, 4, 5, 6] };
    const attrs = { strides: [2, 2], pad: 'valid', dilations: [1, 1] };
    near(values('Dilation2DBackpropInput', { ...inputs, dy }, attrs), [
      ...[1, 0, 2, 0, 3, 0, 0, 0, 0, 0, 4, 0, 5, 0, 6],
    ]);
  });

  it('the gradient of dilation2d: nothing for a window of which no tap lies in the image', () => {
    // The taps are a row above the only pixel, and a row below it.
    const inputs = {
      x: { shape: [1, 1, 1, 1], values: [3] },
      filter: { shape: [2, 1, 1], values: [1, 2] },
      dy: { shape: [1, 1, 1, 1], values: [5] },
    };
    const attrs = { strides: [1, 1], pad: 'same', dilations: [2, 1] };
    expect(values('Dilation2DBackpropInput', inputs, attrs)).toEqual([0]);
    expect(values('Dilation2DBackpropFilter', inputs, attrs)).toEqual([0, 0]);
  });
});
