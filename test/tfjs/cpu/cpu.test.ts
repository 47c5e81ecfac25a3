import { describe, expect, it } from '@jest/globals';
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

const tf = await start('cpu');

/** Image by image in double precision, where the cpu kernel is right. */
function imageByImage({ dy, images }: { dy: Values; images: Values }, attributes: object): Values[] {
  const batch = dy.shape[0]!;
  const one = ({ shape, values }: Values, n: number): Values => {
    const size = values.length / batch;
    return { shape: [1, ...shape.slice(1)], values: values.slice(n * size, (n + 1) * size) };
  };
  const parts = Array.from({ length: batch }, (_, n) =>
    runKernel64('ResizeNearestNeighborGrad', { dy: one(dy, n), images: one(images, n) }, attributes),
  );
  return [{ shape: images.shape, values: parts.flatMap(([part]) => part!.values) }];
}

describe('ResizeNearestNeighborGrad on cpu', () => {
  it.each(
    product({ alignCorners: [true, false], from: [[4, 6], [2, 3], [5, 5]], to: [[8, 9], [2, 3], [1, 1], [5, 7]] }), // biome-ignore format: a table
  )('is right for every image of a batch: %j', ({ alignCorners, from, to }) => {
    const before = held(tf);
    for (const { batch, depth } of product({ batch: [1, 2, 3], depth: [1, 3] })) {
      const inputs = { images: waves([batch, ...from, depth]), dy: waves([batch, ...to, depth], 0.5) };
      const actual = runKernel(tf, 'ResizeNearestNeighborGrad', inputs, { alignCorners });
      expect(disagreements(actual, imageByImage(inputs, { alignCorners }))).toEqual([]);
    }
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
    expect(runKernel(tf, 'ResizeNearestNeighborGrad', inputs, {})[0]?.values).toEqual([10, 100]);
    expect(runKernel64('ResizeNearestNeighborGrad', inputs, {})[0]?.values).toEqual([10, 19]);
  });
});

describe('MaxPool3DGrad on cpu', () => {
  it.each(
    product({
      pad: ['valid', 'same'],
      filterSize: [
        [2, 2, 2],
        [1, 3, 3],
      ],
      strides: [
        [2, 2, 2],
        [1, 1, 2],
      ],
    }),
  )(
    // biome-ignore format: a table
    'is unchanged for square windows: %j',
    (attributes) => {
      const input = waves([2, 4, 5, 6, 3]);
      const output = runKernel64('MaxPool3D', { x: input }, { ...attributes, dataFormat: 'NDHWC' })[0]!;
      const inputs = { input, output, dy: waves(output.shape, 0.5) };
      const actual = runKernel(tf, 'MaxPool3DGrad', inputs, attributes);
      expect(disagreements(actual, runKernel64('MaxPool3DGrad', inputs, attributes))).toEqual([]);
    },
  );

  it('finds the maximum of windows that are not square', () => {
    const input = { shape: [1, 1, 2, 3, 1], values: [5, 1, 2, 1, 2, 8] };
    const inputs = { input, output: input, dy: { shape: [1, 1, 1, 1, 1], values: [10] } };
    const attributes = { filterSize: [1, 2, 3], strides: [1, 1, 1], pad: 'valid' };
    expect(runKernel(tf, 'MaxPool3DGrad', inputs, attributes)[0]?.values).toEqual([0, 0, 0, 0, 0, 10]);
    expect(runKernel64('MaxPool3DGrad', inputs, attributes)[0]?.values).toEqual([0, 0, 0, 0, 10, 0]);
  });
});
