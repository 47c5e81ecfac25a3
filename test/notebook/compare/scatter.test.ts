import { describe, expect, it } from '@jest/globals';
import { ScatterSampler } from '../../../src/notebook/compare/scatter.ts';
import { MAX_POINTS } from '../../../src/results/scatter.ts';

/**
 * A run of many elements, over forty octaves of magnitudes; the one at `worstAt` has the largest share of the allowed
 * difference.
 */
const sampled = (elements: number, worstAt: number) => {
  const sampler = new ScatterSampler();
  for (let at = 0; at < elements; at++) {
    const left = 2 ** (-39 * (((at * 7919) % elements) / elements));
    const right = left * (1 + 2 ** -23);
    const over = at === worstAt ? 0.9 : 0.3 * Math.abs(Math.sin(at));
    const place = { epoch: 1 + Math.floor(at / 1000), sample: Math.floor(at / 10) % 100 };
    sampler.note(place, at % 10, left, right, (right - left) / over, over);
    sampler.count(2, 1);
  }
  return sampler.result((at) => [at]);
};

describe('the points of a scatter', () => {
  it('are at most 300, the same every time, of every size and every part of the run', () => {
    const { elements, equal, points } = sampled(100_000, 77_777);
    expect([elements, equal]).toEqual([200_000, 100_000]);
    expect(points.length).toBeLessThanOrEqual(300);
    expect(points.length).toBeGreaterThan(200);
    expect(sampled(100_000, 77_777).points).toEqual(points);
    const octaves = points.map(({ left }) => Math.floor(Math.log2(left!)));
    expect(new Set(octaves).size).toBe(40);
    const quarters = points.map(({ epoch }) => Math.floor((epoch - 1) / 25));
    for (const quarter of [0, 1, 2, 3])
      expect(quarters.filter((one) => one === quarter).length).toBeGreaterThan(20);
  });

  it('hold those nearest to what is allowed', () => {
    const { points } = sampled(100_000, 77_777);
    const worst = points.reduce((a, b) => (over(b) > over(a) ? b : a));
    expect(over(worst)).toBeCloseTo(0.9, 5);
    expect([worst.epoch, worst.sample, worst.index]).toEqual([78, 77, [7]]);
    expect(points.filter((point) => over(point) > 0.299).length).toBeGreaterThan(50);
  });

  /** Points of one size, by what they are over; the samples that are kept. */
  const kept = (sizes: readonly (readonly [size: number, over: number])[]) => {
    const sampler = new ScatterSampler();
    for (const [sample, [size, over]] of sizes.entries())
      sampler.note({ epoch: 1, sample }, 0, size, 0, size / over, over);
    return sampler.result(() => []).points.map(({ sample }) => sample);
  };
  const many = (count: number, size: number, over: number) =>
    Array.from({ length: count }, () => [size, over] as const);

  it('hold the sixty nearest, the first of the run or not', () => {
    // Of one size only every other of the first 32 waits: the second is kept as one of the nearest.
    const falling = Array.from({ length: 60 }, (_, i) => [1, 0.5 - i / 1000] as const);
    const points = kept([...many(2, 1, 0.1), ...falling]);
    for (let sample = 2; sample <= 61; sample++) expect(points).toContain(sample);
  });

  it('hold one of the nearest that was the first of its size, where there are too many sizes for more', () => {
    const sizes = Array.from({ length: MAX_POINTS }, (_, i) => [2 ** -(i + 1), 0.1] as const);
    expect(kept([[1, 0.8], [1, 0.9], ...sizes]).slice(0, 2)).toEqual([0, 1]);
  });

  it('hold the worst of each size, and of the others every other one from the 32nd on', () => {
    const small = [...many(35, 2 ** -5, 0.1), [2 ** -5, 0.2] as const, ...many(4, 2 ** -5, 0.1)];
    const points = kept([...many(60, 1, 0.9), ...small]).filter((sample) => sample >= 60);
    const even = Array.from({ length: 20 }, (_, i) => 2 * i);
    expect(points.map((sample) => sample - 60)).toEqual([...even, 35].toSorted((a, b) => a - b));
  });

  it('share the room that the sixty nearest leave evenly among the sizes, rounded down', () => {
    const sizes = Array.from({ length: 10 }, (_, i) => 2 ** -(i + 1));
    const each = sizes.flatMap((size) => [
      ...many(1, size, 0.1),
      [size, 0.2] as const,
      ...many(98, size, 0.1),
    ]);
    // 240 for eleven sizes are 21 for each; those of the first size are among the nearest.
    const points = kept([...many(60, 1, 0.9), ...each]);
    expect(points).toHaveLength(60 + 10 * 21);
    // Of 100 points of a size every fourth waits, and from the first of these to the last they are spread.
    for (const [size] of sizes.entries())
      for (const at of [0, 96]) expect(points).toContain(60 + 100 * size + at);
  });

  it.each([
    [100, 'the worst and the first', [0, 1]],
    [239, 'only the worst', [1]],
  ])('of %d sizes hold %s of each', (count, _what, chosen) => {
    const sizes = Array.from({ length: count }, (_, i) => 2 ** -(i + 1));
    const each = sizes.flatMap((size) => [0.1, 0.2, 0.1].map((over) => [size, over] as const));
    // The sixty nearest leave room for 240, and their size counts too.
    const points = kept([...many(60, 1, 0.9), ...each]).filter((sample) => sample >= 60);
    expect(points).toEqual(sizes.flatMap((_, i) => chosen.map((at) => 60 + 3 * i + at)));
  });

  it('are all there where there are few, and may be no numbers', () => {
    const sampler = new ScatterSampler();
    sampler.note({ epoch: 1, sample: 0 }, 0, 1, 2, 0.5, 2);
    sampler.note({ epoch: 1, sample: 0 }, 1, Number.NaN, 2, 0.5, Number.MAX_VALUE);
    expect(sampler.result(() => []).points).toEqual([
      { epoch: 1, sample: 0, index: [], left: 1, right: 2, allowed: 0.5 },
      { epoch: 1, sample: 0, index: [], left: null, right: 2, allowed: 0.5 },
    ]);
  });
});

const over = ({ left, right, allowed }: { left: number | null; right: number | null; allowed: number }) =>
  Math.abs(left! - right!) / allowed;
