import { describe, expect, it } from '@jest/globals';
import * as tf64 from 'backproof/float64';
import type { TF } from '../../../src/tfjs/types.ts';
import {
  disagreements,
  held,
  runKernel,
  runKernel64,
  start,
  type Values,
  waves,
} from '../../support/kernels.ts';

const tf = await start('wasm');
const ids = (values: number[]): Values => ({ shape: [values.length], values, dtype: 'int32' });

describe('UnsortedSegmentSum', () => {
  it.each([[[5]], [[5, 1]], [[5, 3]], [[5, 4]], [[5, 2, 11]]])(
    'of x %j is what double precision says',
    (shape) => {
      const before = held(tf);
      const inputs = { x: waves(shape), segmentIds: ids([2, 0, 2, 3, 0]) };
      const attributes = { numSegments: 5 };
      const actual = runKernel(tf, 'UnsortedSegmentSum', inputs, attributes);
      expect(disagreements(actual, runKernel64('UnsortedSegmentSum', inputs, attributes))).toEqual([]);
      expect(held(tf)).toEqual(before);
    },
  );

  it('leaves out rows whose id is no segment', () => {
    const inputs = { x: waves([4, 5]), segmentIds: ids([1, -1, 2, 1000]) };
    const [sums] = runKernel(tf, 'UnsortedSegmentSum', inputs, { numSegments: 2 });
    expect(sums).toEqual({ shape: [2, 5], values: [0, 0, 0, 0, 0, ...inputs.x.values.slice(0, 5)] });
  });

  it('adds int32', () => {
    const x: Values = { shape: [3, 5], values: Array.from({ length: 15 }, (_, i) => i - 7), dtype: 'int32' };
    const inputs = { x, segmentIds: ids([1, 0, 1]) };
    expect(runKernel(tf, 'UnsortedSegmentSum', inputs, { numSegments: 2 })).toEqual([
      { shape: [2, 5], values: [-2, -1, 0, 1, 2, -4, -2, 0, 2, 4] },
    ]);
  });

  it.each([[[2]], [[4, 2]]])('says which segmentIds it expects instead of %j', (shape) => {
    const segmentIds: Values = { shape, values: Array(tf.util.sizeFromShape(shape)).fill(0), dtype: 'int32' };
    const inputs = { x: waves([4, 5]), segmentIds };
    expect(() => runKernel(tf, 'UnsortedSegmentSum', inputs, { numSegments: 2 })).toThrow(
      `unsortedSegmentSum: expected segmentIds of shape [4], got [${shape}]`,
    );
  });

  it.each([0, 1, 2])('is the gradient of gather along axis %i', (axis) => {
    const x = waves([3, 4, 5]);
    const gradient = (t: TF): Values =>
      t.tidy(() => {
        const indices = t.tensor1d([2, 0, 2], 'int32');
        const gather = (v: ReturnType<TF['tensor']>) => t.gather(v, indices, axis);
        const input = t.tensor(x.values, x.shape);
        const { shape, values } = waves(gather(input).shape, 0.5);
        const dx = t.grad(gather)(input, t.tensor(values, shape));
        return { shape: dx.shape, values: Array.from(dx.dataSync()) };
      });
    expect(disagreements([gradient(tf)], [gradient(tf64 as unknown as TF)])).toEqual([]);
  });
});
