import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { FailedRun, SweepResult } from '../../results/sweep.ts';
import { usageFailure } from '../../system/errors.ts';
import { withLockFile } from '../../system/lock.ts';
import { Journal } from './journal.ts';
import type { FinishedRun, Job } from './messages.ts';
import type { SweepPlan } from './plan.ts';
import { runPool } from './pool.ts';
import { columnsOf, sortedFailed } from './result.ts';
import { isWhole, placeOf, runAt, sizeOf } from './shard.ts';
import { summaryOf } from './summary.ts';
import { RunTable } from './table.ts';

export interface SweepOptions {
  /** The folder of the results, where the journal lies too. */
  readonly out: string;
  readonly workers: number;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Another program for the threads; for tests. */
  readonly workerFile?: string | undefined;
  /** Told once, before the first run, of the runs that a stopped sweep has left. */
  onTakenOver(runs: number): void;
  onProgress(done: number, total: number, dead: number): void;
  /** Writes the result; the journal is kept until then. */
  write(result: Omit<SweepResult, 'provenance'>): Promise<void>;
}

/** Without a sign of life for so long, a sweep that holds the folder is taken to be dead. */
const STALE_MS = 120_000;

/**
 * Makes the runs of a sweep that its journal does not hold, in threads, and has the result written. The journal goes
 * once every run is made.
 *
 * @throws Failure (usage) where the folder holds another sweep, stopped or under way
 */
export async function sweep(plan: SweepPlan, options: SweepOptions): Promise<void> {
  const lock = join(options.out, 'sweep.lock');
  const refusal = (holder: string) =>
    usageFailure(
      `--out ${options.out}: expected a folder where no other sweep is under way, got that of ${holder}; wait for it, ` +
        `give another --out, or delete ${lock} where it has ended`,
    );
  await withLockFile(lock, { staleMs: STALE_MS, refusal }, async () => {
    const journal = join(options.out, 'sweep.journal.jsonl');
    const result = await makeRuns(plan, journal, options);
    await options.write(result);
    // Runs that failed are made again by the same command, the others taken over.
    if (result.partial === null && result.failed.length === 0) await rm(journal, { force: true });
  });
}

async function makeRuns(
  plan: SweepPlan,
  path: string,
  { version, workers, signal, workerFile, onTakenOver, onProgress }: SweepOptions,
): Promise<Omit<SweepResult, 'provenance'>> {
  const { grid, shard, config, data, input } = plan;
  const table = new RunTable(sizeOf(shard, grid.count));
  let dead = 0;
  const keep = (run: FinishedRun): void => {
    const place = placeOf(shard, run.run);
    if (place === null || place >= table.size) {
      throw usageFailure(
        `${path}: expected runs of shard ${shard.index}/${shard.of}, got run ${run.run}; delete it, and the sweep begins anew`,
      );
    }
    if (!table.has(place) && run.deadReluSince !== null) dead++;
    table.set(place, run);
  };
  const broken = new AbortController();
  const journal = await Journal.open(
    path,
    { config, data, version, shard },
    { onRun: keep, onError: () => broken.abort() },
  );
  const takenOver = table.count;
  if (takenOver > 0) onTakenOver(takenOver);

  const failed: FailedRun[] = [];
  const startedAt = new Date();
  const started = performance.now();
  let place = 0;
  const next = (): Job | null => {
    while (place < table.size && table.has(place)) place++;
    if (place === table.size) return null;
    const { run, seed, pair, learningRate } = grid.at(runAt(shard, place++));
    return { run, seed, learningRate, ...grid.pairs[pair]! };
  };
  try {
    await runPool({
      workers: Math.min(workers, Math.max(1, table.size - takenOver)),
      input,
      next,
      onFinished: (run) => {
        keep(run);
        journal.add(run);
        onProgress(table.count, table.size, dead);
      },
      onFailed: ({ run }, message) => failed.push({ ...grid.at(run), message }),
      signal: AbortSignal.any([signal, broken.signal]),
      file: workerFile,
    });
  } finally {
    await journal.close();
  }
  const total = table.size;
  const done = table.count + failed.length;
  const message = `interrupted with ${table.count} of ${total} runs made; the same command goes on with it`;
  const { runs, milliseconds } = columnsOf(grid, shard, table);
  const part = isWhole(shard) ? null : shard;
  return {
    schema: 'backproof/sweep/1',
    config,
    shard: part,
    data,
    partial: done === total ? null : { reason: 'interrupted', done: table.count, total, message },
    runs,
    failed: sortedFailed(failed),
    summary: summaryOf(runs, config),
    timing: {
      milliseconds: milliseconds.map((value) => Number(value.toFixed(3))),
      parts: [
        {
          shard: part,
          runs: table.count,
          takenOver,
          workers,
          seconds: (performance.now() - started) / 1000,
          cpu: cpus()[0]?.model.trim() ?? 'unknown',
          startedAt: startedAt.toISOString(),
        },
      ],
    },
  };
}
