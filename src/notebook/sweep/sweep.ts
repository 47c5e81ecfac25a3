import { figureNames, type SweepConfig, type SweepData, type SweepResult } from '../../results/sweep.ts';
import type { Dataset, Images } from '../data/images.ts';
import { select, selectAll } from '../data/select.ts';
import type { Grid } from './grid.ts';
import { type FinishedRun, type Job, runPool, type WorkerInput } from './pool.ts';
import { summaryOf } from './summary.ts';

/** A sweep that is ready to run. */
export interface SweepPlan {
  readonly grid: Grid;
  readonly config: SweepConfig;
  readonly data: SweepData;
  readonly input: WorkerInput;
}

/**
 * Chooses the images of every pair, and puts the pixels in shared memory.
 *
 * @throws Failure (usage) if there are too few images of a digit
 */
export function planSweep(dataset: Dataset, grid: Grid, config: SweepConfig): SweepPlan {
  const { perClass, kernelSize, epochs } = config;
  const pairs = grid.pairs.map((pair) => {
    const { indices, count } = select(dataset.train, { ...pair, perClass });
    const testCount = dataset.test === null ? 0 : selectAll(dataset.test, pair).count;
    return { ...pair, indices: [...indices], trainCount: count, testCount };
  });
  return {
    grid,
    config,
    data: { source: dataset.source, files: [...dataset.files], pairs },
    input: {
      train: shared(dataset.train),
      test: dataset.test && shared(dataset.test),
      perClass,
      kernelSize,
      epochs,
    },
  };
}

/** Copies the pixels to shared memory; otherwise each thread would have its own copy. */
function shared(images: Images): Images {
  const pixels = new Float32Array(new SharedArrayBuffer(images.pixels.byteLength));
  pixels.set(images.pixels);
  return { ...images, pixels };
}

export interface SweepOptions {
  /** Number of threads. */
  readonly workers: number;
  /** Ends the sweep; the result then has the finished runs and is marked partial. */
  readonly signal: AbortSignal;
  onProgress?(done: number, total: number, dead: number): void;
}

/**
 * Makes the runs of a sweep in threads.
 *
 * @throws Error if a thread dies
 */
export async function sweep(
  { grid, config, data, input }: SweepPlan,
  { workers, signal, onProgress }: SweepOptions,
): Promise<Omit<SweepResult, 'provenance'>> {
  const total = grid.count;
  const finished = new Array<FinishedRun | undefined>(total);
  let place = 0;
  let done = 0;
  let dead = 0;
  const next = (): Job | null => {
    if (place === total) return null;
    const { pair, ...run } = grid.at(place++);
    return { ...run, ...grid.pairs[pair]! };
  };
  const started = performance.now();
  await runPool({
    workers: Math.min(workers, total),
    input,
    next,
    onFinished: (run) => {
      finished[run.run] = run;
      done++;
      if (run.deadReluSince !== null) dead++;
      onProgress?.(done, total, dead);
    },
    signal,
  });
  const seconds = (performance.now() - started) / 1000;
  const rows = finished.filter((run) => run !== undefined);
  const runs = columnsOf(grid, rows);
  const message = `interrupted with ${done} of ${total} runs made`;
  return {
    schema: 'backproof/sweep/1',
    config,
    data,
    partial: done === total ? null : { reason: 'interrupted', done, total, message },
    runs,
    summary: summaryOf(runs, config),
    timing: { milliseconds: rows.map((row) => Number(row.milliseconds.toFixed(3))), workers, seconds },
  };
}

/** Converts finished runs to columns. */
function columnsOf(grid: Grid, rows: readonly FinishedRun[]): SweepResult['runs'] {
  const runs = rows.map(({ run }) => grid.at(run));
  const figures = Object.fromEntries(figureNames.map((name) => [name, rows.map((row) => row[name])])) as Pick<
    SweepResult['runs'],
    (typeof figureNames)[number]
  >;
  return {
    seed: runs.map(({ seed }) => seed),
    pair: runs.map(({ pair }) => pair),
    learningRate: runs.map(({ learningRate }) => learningRate),
    ...figures,
  };
}
