import { type FailedRun, type FigureName, figureNames, type SweepResult } from '../../results/sweep.ts';
import { usageFailure } from '../../system/errors.ts';
import { type Grid, gridOf, pairText } from './grid.ts';
import { differencesOf } from './identity.ts';
import { columnsOf, sortedFailed } from './result.ts';
import { Seeds } from './seeds.ts';
import { WHOLE } from './shard.ts';
import { summaryOf } from './summary.ts';
import { RunTable } from './table.ts';

/** A result, and the file that it was read from. */
export interface Source {
  readonly file: string;
  readonly result: SweepResult;
}

/**
 * The results of all shards of one sweep as that of the whole.
 *
 * @throws Failure (usage) for results of different sweeps, runs that disagree, and runs that are missing
 */
export function merged(sources: readonly Source[]): Omit<SweepResult, 'provenance'> {
  const [first, ...others] = sources;
  if (!first) throw usageFailure('--merge: expected the sweep.json files of the shards, got none; name them');
  for (const other of others) requireSameSweep(first, other);
  const { config, data } = first.result;
  const grid = gridOf(config);
  const table = new RunTable(grid.count);
  const heldBy = new Uint32Array(grid.count);
  for (const [at, source] of sources.entries()) {
    for (const row of source.result.runs.run.keys()) {
      const run = requireRunOf(grid, source, row);
      if (table.has(run)) requireSameRun(grid, table, sources[heldBy[run]!]!, source, row);
      else heldBy[run] = at;
      table.set(run, runOf(source.result, row));
    }
  }
  const failed = new Map<number, FailedRun>();
  for (const { result } of sources) {
    for (const one of result.failed) if (!table.has(one.run)) failed.set(one.run, one);
  }
  requireAll(grid, (run) => table.has(run) || failed.has(run));
  const { runs, milliseconds } = columnsOf(grid, WHOLE, table);
  return {
    schema: 'backproof/sweep/1',
    config,
    shard: null,
    data,
    partial: null,
    runs,
    failed: sortedFailed([...failed.values()]),
    summary: summaryOf(runs, config),
    timing: { milliseconds, parts: sources.flatMap(({ result }) => result.timing.parts) },
  };
}

function requireSameSweep(first: Source, other: Source): void {
  const identity = ({ config, data, provenance }: SweepResult) => ({
    config,
    data,
    version: provenance.version,
  });
  const differences = differencesOf(identity(first.result), identity(other.result));
  if (differences.length === 0) return;
  throw usageFailure(
    `--merge: expected shards of one sweep, got ${other.file}, which is of another than ${first.file}: ` +
      `${differences.join(', ')}; merge what belongs together`,
  );
}

/** The run of a row, which must be what the grid has in its place. */
function requireRunOf(grid: Grid, { file, result: { runs, timing } }: Source, row: number): number {
  const run = runs.run[row]!;
  const expected = run < grid.count ? grid.at(run) : null;
  const fits =
    expected !== null &&
    expected.seed === runs.seed[row] &&
    expected.pair === runs.pair[row] &&
    expected.learningRate === runs.learningRate[row] &&
    timing.milliseconds[row] !== undefined;
  if (fits) return run;
  throw usageFailure(
    `${file}: expected runs of its configuration, got another in row ${row} of runs; make it anew with backproof sweep`,
  );
}

const runOf = ({ runs, timing }: SweepResult, row: number) => {
  const figures = Object.fromEntries(figureNames.map((name) => [name, runs[name][row] ?? null]));
  return { ...(figures as Record<FigureName, number | null>), milliseconds: timing.milliseconds[row]! };
};

function requireSameRun(grid: Grid, table: RunTable, before: Source, source: Source, row: number): void {
  const run = source.result.runs.run[row]!;
  for (const name of figureNames) {
    const [left, right] = [table.figure(run, name), source.result.runs[name][row] ?? null];
    if (left === right) continue;
    throw usageFailure(
      `--merge: expected ${nameOf(grid, run)} to be the same in ${before.file} and ${source.file}, got ${name} ${left} ` +
        `and ${right}; make one of them anew`,
    );
  }
}

/** Says which runs nobody has: seeds by pair and learning rate. */
function requireAll(grid: Grid, has: (run: number) => boolean): void {
  const missing = new Map<string, number[]>();
  let count = 0;
  for (let run = 0; run < grid.count; run++) {
    if (has(run)) continue;
    const { seed, ...group } = grid.at(run);
    const name = groupOf(grid, group);
    const seeds = missing.get(name);
    if (seeds) seeds.push(seed);
    else missing.set(name, [seed]);
    count++;
  }
  if (count === 0) return;
  const groups = [...missing].map(([group, seeds]) => `${seedsText(seeds)} of ${group}`);
  const [named, unnamed] = [groups.slice(0, 3), groups.length - 3];
  throw usageFailure(
    `--merge: expected all ${grid.count} runs, got ${grid.count - count}; missing: seeds ${named.join('; ')}` +
      `${unnamed > 0 ? `; and ${unnamed} more pairs and learning rates` : ''}; add the files of the other shards, or ` +
      'let those that were stopped finish',
  );
}

const LONGEST = 120;

function seedsText(seeds: readonly number[]): string {
  const text = new Seeds(seeds.map((seed): [number, number] => [seed, seed])).toString();
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, text.lastIndexOf(',', LONGEST))}, ... (${seeds.length} seeds)`;
}

const groupOf = ({ pairs }: Grid, { pair, learningRate }: { pair: number; learningRate: number }): string =>
  `${pairText(pairs[pair]!)} at learning rate ${learningRate}`;

const nameOf = (grid: Grid, run: number): string => {
  const { seed, ...group } = grid.at(run);
  return `seed ${seed} of ${groupOf(grid, group)}`;
};
