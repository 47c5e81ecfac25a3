import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import {
  areBounded,
  fromTensors,
  initialParameters,
  outputSide,
  rowsOf,
  toTensors,
} from '../../../src/notebook/model/parameters.ts';
import type { TF } from '../../../src/tfjs/types.ts';

const at = (more: object) => ({
  ...{ kernel: Float64Array.of(0, 1), weight: Float64Array.of(2, -3), bias: 4 },
  ...more,
});

describe('parameters', () => {
  it.each([1e300, -1e300])('are bounded at %d, wherever it stands', (value) => {
    expect(areBounded(at({ kernel: Float64Array.of(0, value) }))).toBe(true);
    expect(areBounded(at({ weight: Float64Array.of(value, 1) }))).toBe(true);
    expect(areBounded(at({ bias: value }))).toBe(true);
  });

  it.each([1.001e300, -1.001e300, Number.NaN, Number.POSITIVE_INFINITY])(
    'are not bounded with a single %d',
    (value) => {
      expect(areBounded(at({ kernel: Float64Array.of(0, value) }))).toBe(false);
      expect(areBounded(at({ weight: Float64Array.of(value, 1) }))).toBe(false);
      expect(areBounded(at({ bias: value }))).toBe(false);
    },
  );

  it('are the same after they were tensors', () => {
    const kernel = Float64Array.from({ length: 25 }, (_, tap) => tap / 7);
    const parameters = { kernel, weight: Float64Array.of(2, -3), bias: 0.1 };
    expect(fromTensors(toTensors(float64 as unknown as TF, parameters))).toEqual(parameters);
  });

  it('have a weight for each place of the feature map, and rows in order', () => {
    expect([1, 5, 16].map(outputSide)).toEqual([16, 12, 1]);
    const { kernel, weight, bias } = initialParameters(1, 5);
    expect([kernel.length, weight.length, bias]).toEqual([25, 144, 0]);
    // numpy.random.seed(1); 0.1 * numpy.random.randn(2)
    expect(kernel[0]).toBeCloseTo(0.1624345363663242, 15);
    expect(kernel[1]).toBeCloseTo(-0.06117564136500754, 15);
    expect(rowsOf(Float64Array.of(1, 2, 3, 4))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});
