import { describe, expect, it } from '@jest/globals';
import { boundOf } from '../../../../src/notebook/engines/fused/bound.ts';
import * as layout from '../../../../src/notebook/engines/fused/layout.ts';

const disjoint = (parts: readonly (readonly [start: number, bytes: number])[]): void => {
  const sorted = parts.toSorted((a, b) => a[0] - b[0]);
  for (const [at, [start]] of sorted.entries())
    if (at > 0) expect(start).toBeGreaterThanOrEqual(sorted[at - 1]![0] + sorted[at - 1]![1]);
};

describe("the fused kernel's memory", () => {
  it('has a place of its own for everything, f64 on multiples of 8', () => {
    const { KERNEL, WEIGHT, PRODUCTS, CONV_OUT, OPEN_WEIGHT, LEVEL, NEXT, IMAGES } = layout;
    const { SIDE, VECTOR_COUNT, FOURS, RECORD_BYTES, SAMPLES, DENSE, OUT_OF_RANGE, BIAS, LEARNING_RATE } =
      layout;
    const { STRETCH, SLACK, LISTS_MADE, EVALUATED, GONE_BACK, OPEN_IN_ALL, CONFUSION, LEVELS } = layout;
    const words = [
      SIDE,
      VECTOR_COUNT,
      FOURS,
      RECORD_BYTES,
      SAMPLES,
      DENSE,
      OUT_OF_RANGE,
      BIAS,
      LEARNING_RATE,
    ];
    disjoint([
      // 57 taps in vectors of four; 16 x 16 numbers; four vectors for each of 3 x 12 fours and more
      ...([
        [KERNEL, 960],
        [WEIGHT, 1024],
        [PRODUCTS, 36 * 64],
        [CONV_OUT, 1024],
        [OPEN_WEIGHT, 1024],
      ] as const),
      ...([
        [LEVEL, 64],
        [NEXT, 4 * (LEVELS + 1)],
        [STRETCH, 8],
        [SLACK, 8],
        [IMAGES, Number.POSITIVE_INFINITY],
      ] as const),
      ...[...words, LISTS_MADE, EVALUATED, GONE_BACK, OPEN_IN_ALL].map((word) => [word, 4] as const),
      [CONFUSION, 16],
    ]);
    // They are read as one list.
    expect([EVALUATED - LISTS_MADE, GONE_BACK - EVALUATED]).toEqual([4, 4]);
    expect([STRETCH % 8, SLACK % 8, IMAGES % 16, KERNEL >= 1024]).toEqual([0, 0, 0, true]);
  });

  it('has records of two images, six numbers, the levels and a kernel', () => {
    const { TRANSPOSED, LABEL, LARGEST_PIXEL, SCALE, WASTE, NOT_EMPTY, COUNTS, REFERENCE, LEVELS } = layout;
    disjoint([
      ...([
        [0, 1024],
        [TRANSPOSED, 1024],
        [LABEL, 4],
        [LARGEST_PIXEL, 4],
        [SCALE, 8],
        [WASTE, 4],
      ] as const),
      ...([
        [NOT_EMPTY, 4],
        [COUNTS, LEVELS],
        [REFERENCE, Number.POSITIVE_INFINITY],
      ] as const),
    ]);
    expect([SCALE % 8, REFERENCE % 16]).toEqual([0, 0]);
  });
});

describe('the bound on what is skipped', () => {
  // gamma_n = n u / (1 - n u) with u = 2^-24; for n taps, and for the n + 5 roundings of a squared difference
  const gamma = (n: number): number => (n * 2 ** -24) / (1 - n * 2 ** -24);
  it.each([1, 5, 15])('is that of Higham, for a kernel of side %d', (side) => {
    const taps = side * side;
    const { stretch, slack } = boundOf(side);
    expect(slack / (2 * gamma(taps))).toBeCloseTo(1, 9);
    const least = (1 + gamma(taps)) ** 2 / (1 - gamma(taps + 5));
    expect(stretch / least).toBeGreaterThan(1 + 2 ** -41);
    expect(stretch / least).toBeLessThan(1 + 2 ** -39);
  });
});
