import { type FailedRun, figureNames, type SweepRuns } from '../../results/sweep.ts';
import type { Grid } from './grid.ts';
import { runAt, type Shard } from './shard.ts';
import type { RunTable } from './table.ts';

/** The finished runs of a shard as columns, in the grid's order. */
export function columnsOf(
  grid: Grid,
  shard: Shard,
  table: RunTable,
): { runs: SweepRuns; milliseconds: number[] } {
  const places = table.places();
  const runs = places.map((place) => grid.at(runAt(shard, place)));
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, places.map((place) => table.figure(place, name))]),
  ) as Pick<SweepRuns, (typeof figureNames)[number]>;
  return {
    runs: {
      run: runs.map(({ run }) => run),
      seed: runs.map(({ seed }) => seed),
      pair: runs.map(({ pair }) => pair),
      learningRate: runs.map(({ learningRate }) => learningRate),
      ...figures,
    },
    milliseconds: places.map((place) => table.milliseconds(place)),
  };
}

/** By place in the grid. */
export const sortedFailed = (failed: readonly FailedRun[]): FailedRun[] =>
  [...failed].sort((a, b) => a.run - b.run);
