import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TrainResult } from '../../../results/train.ts';
import { packageRoot } from '../../../system/packageRoot.ts';
import { canTrainAgain, type EveryMistake } from './everyMistake.ts';

/** A run that a thread trains with every mistake. */
export interface Aside {
  /** The result of trainWithEveryMistake; rejects with errors of the thread. */
  readonly result: Promise<EveryMistake | null>;
  /** Ends the thread; the result then never arrives. */
  stop(): Promise<void>;
}

/** Trains a run with every mistake in a worker thread, which is not started for a run that cannot be trained again. */
export function trainAside(train: TrainResult): Aside {
  if (!canTrainAgain(train)) return { result: Promise.resolve(null), stop: async () => {} };
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
