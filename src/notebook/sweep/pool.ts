import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../system/packageRoot.ts';
import type { Dataset } from '../data/images.ts';
import type { DigitPair } from '../data/select.ts';
import type { RunFigures } from './runner.ts';

/** The input of a thread; the pixels are in shared memory. */
export interface WorkerInput extends Pick<Dataset, 'train' | 'test'> {
  readonly perClass: number;
  readonly kernelSize: number;
  readonly epochs: number;
}

/** A run for a thread to make. */
export interface Job extends DigitPair {
  readonly run: number;
  readonly seed: number;
  readonly learningRate: number;
}

/** A thread's answer. */
export interface FinishedRun extends RunFigures {
  readonly run: number;
  readonly milliseconds: number;
}

export interface PoolOptions {
  /** Number of threads, at least 1. */
  readonly workers: number;
  readonly input: WorkerInput;
  /** The next run; null if there is none. */
  next(): Job | null;
  onFinished(run: FinishedRun): void;
  /** Ends the threads at once. */
  readonly signal: AbortSignal;
  /** The thread's program; tests replace it. */
  readonly file?: string;
}

/** Milliseconds of short runs queued ahead for each thread, so that it need not wait for the next one. */
const AHEAD_MS = 20;
const MOST_AHEAD = 8;

/** The built program of the thread. */
const builtWorker = (): string => join(packageRoot(), 'dist', 'sweepWorker.js');

/**
 * Makes runs in threads until none is left or the signal aborts.
 *
 * @throws Error if a thread dies
 */
export async function runPool(options: PoolOptions): Promise<void> {
  const { workers, next, signal, file = builtWorker() } = options;
  if (!existsSync(file))
    throw new Error(`expected the thread's program at ${file}, got none; run npm run build first`);
  if (signal.aborted) return;
  const threads: Thread[] = [];
  while (threads.length < workers) {
    const job = next();
    if (job === null) break;
    threads.push(startThread(options, file, job));
  }
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([Promise.all(threads.map(({ finished }) => finished)), stopped]);
  } finally {
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
}

interface Thread {
  readonly worker: Worker;
  /** Resolves once the thread has made all its runs and there is no next one. */
  readonly finished: Promise<void>;
}

function startThread({ input, next, onFinished }: PoolOptions, file: string, first: Job): Thread {
  const worker = new Worker(file, { workerData: input });
  /** Runs that were sent and not answered yet, in the order in which they are made. */
  const jobs: Job[] = [];
  const give = (job: Job): void => {
    jobs.push(job);
    worker.postMessage(job);
  };
  give(first);
  const finished = new Promise<void>((resolve, reject) => {
    const die = (reason: string): void => {
      const at = jobs.map(({ seed, learningRate }) => `seed ${seed} at learning rate ${learningRate}`)[0];
      reject(new Error(`sweep: expected the run of ${at}, got a thread that died: ${reason}`));
    };
    worker.on('message', (run: FinishedRun) => {
      jobs.shift();
      onFinished(run);
      const ahead = Math.min(MOST_AHEAD, Math.ceil(AHEAD_MS / run.milliseconds));
      while (jobs.length < ahead) {
        const job = next();
        if (job === null) break;
        give(job);
      }
      if (jobs.length === 0) resolve();
    });
    let reason: string | null = null;
    worker.on('error', (error: Error) => {
      reason = error.message;
    });
    // An error event can overtake the results that the thread sent before; at its exit they have all arrived.
    worker.on('exit', (code) => die(reason ?? `exit code ${code}`));
  });
  return { worker, finished };
}
