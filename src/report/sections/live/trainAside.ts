import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TrainResult } from '../../../results/train.ts';
import { packageRoot } from '../../../system/packageRoot.ts';
import type { EveryMistake } from './everyMistake.ts';

/** A run that a thread trains with every mistake. */
export interface Aside {
  /** As trainWithEveryMistake returns it; throws what the thread throws. */
  readonly result: Promise<EveryMistake | null>;
  /** Ends the thread, whose result is then never there. */
  stop(): Promise<void>;
}

/** Trains a run with every mistake in a thread of its own. */
export function trainAside(train: TrainResult): Aside {
  const worker = new Worker(join(packageRoot(), 'dist', 'everyMistakeWorker.js'), { workerData: train });
  const result = once(worker, 'message').then(([every]) => every as EveryMistake | null);
  // Whoever stops the thread does not wait for it.
  result.catch(() => {});
  return {
    result,
    stop: async () => {
      await worker.terminate();
    },
  };
}
