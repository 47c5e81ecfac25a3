import { describe, expect, it } from '@jest/globals';
import { growthOf, growthPoints, seedRows } from '../../../scripts/bench/fused.ts';
import type { Taken } from '../../../scripts/bench/measure.ts';
import { scratchFolders } from '../../support/cli.ts';
import { syntheticJobs } from './jobs.ts';

const scratch = scratchFolders();

describe('the growth of the fused engine', () => {
  const points = growthPoints('samples', 200);
  /** One job of each contender, which takes the time that `time` gives for its size. */
  const taken = (time: (units: number, dense: boolean) => number): Taken[] =>
    points.flatMap(({ units, contenders }) =>
      [contenders.skipping, contenders.dense].map((contender, dense) => ({
        contender,
        first: null,
        jobs: [{ milliseconds: time(units, dense === 1), losses: [] }],
        problem: null,
      })),
    );

  it('has as many samples as the data has, and every epoch and kernel side', () => {
    expect(points.map(({ value }) => value)).toEqual([50, 100, 200, 400]);
    expect(growthPoints('epochs', 200)).toHaveLength(6);
    expect(growthPoints('kernelSize', 200).map(({ kernelSize }) => kernelSize)).toEqual([
      1, 3, 5, 7, 9, 11, 13, 15,
    ]);
  });

  it('is a line through the medians, and nothing where a point is missing', () => {
    const all = taken((units, dense) => (dense ? 2e-4 * units : 1e-4 * units + 0.5));
    const { lines } = growthOf(points, all)!;
    expect(lines!.skipping.slope).toBeCloseTo(1e-4, 12);
    expect(lines!.skipping.constant).toBeCloseTo(0.5, 9);
    expect(lines!.dense.slope).toBeCloseTo(2e-4, 12);
    expect(growthOf(points, all.slice(1))).toBeNull();
  });
});

describe('the work of the fused engine', () => {
  it('is told for every seed that was measured, with no time of one that computes something else', async () => {
    const jobs = await syntheticJobs(await scratch());
    const about = { name: '', how: '', side: 'ours', version: null, seed: 1, epochs: 80, runs: 1 } as const;
    const rest = { steps: 1, problem: null, firstMilliseconds: null, milliseconds: null, loss: null };
    const spread = (median: number) => ({ count: 1, min: 0, q1: 0, median, q3: 9, max: 9 });
    const rows = seedRows(jobs, [
      { ...about, ...rest, id: 'fused', verdict: 'same training', microsecondsPerStep: spread(2) },
      { ...about, ...rest, id: 'fused-seed-2', verdict: 'same training', microsecondsPerStep: spread(3) },
      { ...about, ...rest, id: 'fused-seed-42', verdict: 'something else', microsecondsPerStep: spread(1) },
    ]);
    expect(rows.map(({ seed, ofSeed1 }) => [seed, ofSeed1])).toEqual([
      [1, 1],
      [2, 1.5],
      [42, null],
    ]);
    for (const { outputsEvaluated, outputsGoneBack } of rows) {
      expect(outputsEvaluated).toBeLessThan(144);
      expect(outputsEvaluated).toBeGreaterThan(0);
      expect(outputsGoneBack).toBeLessThanOrEqual(outputsEvaluated);
    }
  });
});
