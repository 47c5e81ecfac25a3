import { describe, expect, it } from '@jest/globals';
import { ACTIVE_PLACE, networkPoint, saturatedPoint } from '../../../src/notebook/compare/points.ts';
import { referenceBuffers, referenceForward } from '../../../src/notebook/engines/reference.ts';
import type { Parameters } from '../../../src/notebook/model/parameters.ts';

/** The network at a point, by the reference's loops. Pixels are sixteenths: float32 has them as they are. */
function at({ sample, parameters }: ReturnType<typeof networkPoint>) {
  const { activations } = referenceBuffers(5);
  const pixels = Float32Array.from(sample.pixels);
  referenceForward(parameters as Parameters, pixels, 0, activations);
  return {
    ...activations,
    label: sample.label,
    exact: Array.from(sample.pixels).every((pixel, i) => pixel === pixels[i]),
  };
}

// The first kernel and image of the last seed put ACTIVE_PLACE exactly at the kink.
describe.each([1, 2, 3, 8, 8023])('seed %d', (seed) => {
  it('an ordinary point has both signs, at least a fifth of each, and is not saturated', () => {
    const point = networkPoint(seed);
    const { convOut, logit, label, exact } = at(point);
    expect(Math.max(...point.parameters.kernel.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(Math.max(...Array.from(point.sample.pixels))).toBeLessThanOrEqual(1);
    const open = convOut.filter((z) => z > 0).length / 144;
    expect(open).toBeGreaterThan(0.2);
    expect(open).toBeLessThan(0.8);
    expect(convOut[ACTIVE_PLACE]).toBeGreaterThan(0);
    expect(Math.abs(logit)).toBeLessThan(8);
    expect([label, exact]).toEqual([seed % 2, true]);
  });

  it('a saturated one is sure, and wrong', () => {
    const { logit, label } = at(saturatedPoint(seed));
    expect(logit).toBeCloseTo(label === 1 ? -16 : 16, 12);
  });

  it('pre-activations that are set are exactly that, in windows that share no pixel', () => {
    const kinks = [0, 1 / 64, -1 / 64, 0, 0.5, -0.5, 0, 0, 1 / 32];
    const { convOut } = at(networkPoint(seed, kinks));
    const corners = [0, 5, 10].flatMap((row) => [0, 5, 10].map((column) => row * 12 + column));
    expect(corners.map((corner) => convOut[corner])).toEqual(kinks);
  });
});
