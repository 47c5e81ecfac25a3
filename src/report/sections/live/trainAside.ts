import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TrainResult } from '../../../results/train.ts';
import { packageRoot } from '../../../system/packageRoot.ts';
import type { EveryMistake } from './everyMistake.ts';

/** A run that a thread trains with every mistake. */
export interface Aside {
  /** The result of trainWithEveryMistake; rejects with errors of the thread. */
  readonly result: Promise<EveryMistake | null>;
  /** Ends the thread; the result then never arrives. */
  stop(): Promise<void>;
}

/** Trains a run with every mistake in a worker thread. */
export function trainAside(train: TrainResult): Aside {
  const worker = new Worker(join(packageRoot(), 'dist', 'everyMistakeWorker.js'), { workerData: train });
  const result = once(worker, 'message').then(([every]) => every as EveryMistake | null);
  // A caller that stops the thread does not wait for the result, so a rejection must not go unhandled.
  result.catch(() => {});
  return {
    result,
    stop: async () => {
      await worker.terminate();
    },
  };
}
