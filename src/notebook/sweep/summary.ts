import { quantileSorted } from 'd3-array';
import type { Distribution, SweepConfig, SweepOutcome, SweepResult, SweepRuns } from '../../results/sweep.ts';

/** The finished runs summed up, together, and for each pair and learning rate. */
export function summaryOf(runs: SweepRuns, config: SweepConfig): SweepResult['summary'] {
  const rows = [...runs.seed.keys()];
  const rowsOf = new Map<string, number[]>();
  for (const row of rows) {
    const key = `${runs.pair[row]} ${runs.learningRate[row]}`;
    const some = rowsOf.get(key);
    if (some) some.push(row);
    else rowsOf.set(key, [row]);
  }
  const groups = config.pairs.flatMap((_, pair) =>
    config.learningRates.map((learningRate) => ({
      pair,
      learningRate,
      ...outcomeOf(runs, rowsOf.get(`${pair} ${learningRate}`) ?? []),
    })),
  );
  return { ...outcomeOf(runs, rows), groups };
}

function outcomeOf(runs: SweepRuns, rows: readonly number[]): SweepOutcome {
  const dead = rows.filter((row) => runs.deadReluSince[row] !== null).length;
  const stalled = rows.filter((row) => runs.stalledSince[row] !== null).length;
  const lasting = rows.filter((row) => runs.diverged[row] === null);
  const of = (column: readonly (number | null)[]) =>
    distributionOf(lasting.flatMap((row) => column[row] ?? []));
  return {
    runs: rows.length,
    dead,
    deadShare: rows.length === 0 ? null : dead / rows.length,
    stalled: stalled - dead,
    diverged: rows.length - lasting.length,
    lastLoss: of(runs.lastLoss),
    trainAccuracy: of(runs.trainAccuracy),
    testAccuracy: of(runs.testAccuracy),
  };
}

/** Quartiles lie between values in proportion, as numpy.quantile has them. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const [least, lowerQuartile, median, upperQuartile, greatest] = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => quantileSorted(sorted, share)!,
  ) as [number, number, number, number, number];
  return { least, lowerQuartile, median, upperQuartile, greatest };
}
