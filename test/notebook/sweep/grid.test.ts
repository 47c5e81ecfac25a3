import { describe, expect, it } from '@jest/globals';
import { readSeeds } from '../../../src/notebook/sweep/seeds.ts';
import { distributionOf, summaryOf } from '../../../src/notebook/sweep/summary.ts';
import type { SweepRuns } from '../../../src/results/sweep.ts';
import { configWith, gridOf } from './plans.ts';

const all = (text: string): number[] => {
  const seeds = readSeeds('--seeds', text);
  return Array.from({ length: seeds.count }, (_, at) => seeds.at(at));
};

describe('seeds', () => {
  it.each([
    ['0-3', [0, 1, 2, 3], '0-3'],
    ['7', [7], '7'],
    ['0-2,42', [0, 1, 2, 42], '0-2,42'],
    ['42, 0 - 2', [0, 1, 2, 42], '0-2,42'],
    ['5-9,0-6,10', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], '0-10'],
    ['3,1,2,2', [1, 2, 3], '1-3'],
    ['4294967294-4294967295', [4294967294, 4294967295], '4294967294-4294967295'],
  ])('%s', (text, expected, canonical) => {
    expect(all(text)).toEqual(expected);
    expect(String(readSeeds('--seeds', text))).toBe(canonical);
    expect(all(canonical)).toEqual(expected);
  });

  it('of the whole range take no memory', () => {
    const seeds = readSeeds('--seeds', '0-4294967295');
    expect([seeds.count, seeds.at(4294967295)]).toEqual([2 ** 32, 4294967295]);
    expect(() => seeds.at(2 ** 32)).toThrow(RangeError);
  });

  it.each([
    ['5-1', /got 5-1: 5-1 ends before it begins; for 1 to 5, 1-5/],
    ['0-4294967296', /4294967296 is too large/],
    ['-1', /got -1/],
    ['1.5', /got 1\.5/],
    ['', /got nothing/],
    ['1,,2', /got 1,,2/],
    [[1, 2], /got \[1,2\]/],
  ])('%j is refused', (value, message) => {
    expect(() => readSeeds('--seeds', value)).toThrow(message);
  });
});

describe('the grid', () => {
  it('has every seed with every learning rate on every pair, once', () => {
    const grid = gridOf(configWith());
    const runs = Array.from({ length: grid.count }, (_, run) => grid.at(run));
    expect(runs[0]).toEqual({ run: 0, seed: 0, pair: 0, learningRate: 0.1 });
    expect(runs[5]).toEqual({ run: 5, seed: 9, pair: 0, learningRate: 0.1 });
    expect(runs[6]).toEqual({ run: 6, seed: 0, pair: 0, learningRate: 0.5 });
    expect(runs[23]).toEqual({ run: 23, seed: 9, pair: 1, learningRate: 0.5 });
    const distinct = new Set(runs.map(({ seed, pair, learningRate }) => `${seed} ${pair} ${learningRate}`));
    expect([grid.count, distinct.size]).toEqual([24, 24]);
  });

  it('refuses what no file would be moderate for', () => {
    expect(gridOf(configWith({ seeds: '0-249999' })).count).toBe(1_000_000);
    expect(() => gridOf(configWith({ seeds: '0-250000' }))).toThrow(/got 1000004 /);
    expect(() => gridOf(configWith({ seeds: '0-999999' }))).toThrow(/at most 1000000 runs .* got 4000000/);
  });
});

describe('the summary', () => {
  const config = configWith({ pairs: [{ positive: 1, negative: 8 }], learningRates: [0.1, 0.5, 1] });
  // Row 0 is well, 1 dead and so stalled too, 2 stalled, 3 diverged.
  const runs: SweepRuns = {
    seed: [0, 1, 2, 3],
    pair: [0, 0, 0, 0],
    learningRate: [0.1, 0.1, 0.5, 0.5],
    firstLoss: [1, 1, 1, 1],
    lastLoss: [0.5, 0.75, 0.25, null],
    trainAccuracy: [1, 0.5, 0.5, 0.25],
    testAccuracy: [0.75, null, 0.5, 0.25],
    deadReluSince: [null, 2, null, null],
    stalledSince: [null, 1, 0, null],
    diverged: [null, null, null, 1],
  };
  const spread = (...values: number[]) => distributionOf(values);

  it('counts each run once by its end, and leaves out the figures of those that diverged', () => {
    const { groups, ...all } = summaryOf(runs, config);
    expect(all).toEqual({
      ...{ runs: 4, dead: 1, deadShare: 0.25, stalled: 1, diverged: 1 },
      lastLoss: spread(0.5, 0.75, 0.25),
      trainAccuracy: spread(1, 0.5, 0.5),
      testAccuracy: spread(0.75, 0.5),
    });
    expect(
      groups.map(({ learningRate, runs, dead, deadShare, stalled, diverged }) => [
        ...[learningRate, runs, dead, deadShare, stalled, diverged],
      ]),
    ).toEqual([
      [0.1, 2, 1, 0.5, 0, 0],
      [0.5, 2, 0, 0, 1, 1],
      [1, 0, 0, null, 0, 0],
    ]);
    expect(groups[1]!.lastLoss).toEqual(spread(0.25));
    expect(groups[2]!.lastLoss).toBeNull();
  });
});

describe('a distribution', () => {
  it('has the quartiles of numpy.quantile', () => {
    expect(distributionOf([3, 1, 2, 10])).toEqual({
      least: 1,
      lowerQuartile: 1.75,
      median: 2.5,
      upperQuartile: 4.75,
      greatest: 10,
    });
    expect(distributionOf([7])).toMatchObject({ least: 7, median: 7, greatest: 7 });
    expect(distributionOf([])).toBeNull();
  });
});
