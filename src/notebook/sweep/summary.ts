import { quartilesOf } from '../../numerics/statistics.ts';
import type { Distribution, SweepConfig, SweepOutcome, SweepResult, SweepRuns } from '../../results/sweep.ts';

/** Summarizes the finished runs: all together, and for each pair and learning rate. */
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

export function distributionOf(values: readonly number[]): Distribution {
  const quartiles = quartilesOf(values);
  if (quartiles === null) return null;
  const [least, lowerQuartile, median, upperQuartile, greatest] = quartiles;
  return { least, lowerQuartile, median, upperQuartile, greatest };
}
