import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Kept } from '../../../results/kept.ts';
import type { TrainResult } from '../../../results/train.ts';
import { buildKey } from '../../../system/buildKey.ts';
import { packageRoot } from '../../../system/packageRoot.ts';
import { canTrainAgain, type EveryMistake, everyMistakeSchema } from './everyMistake.ts';

/** A run that a thread trains with every mistake. */
export interface Aside {
  /** The result of trainWithEveryMistake; rejects with errors of the thread. */
  readonly result: Promise<EveryMistake | null>;
  /** Ends the thread; the result then never arrives. */
  stop(): Promise<void>;
}

/**
 * Trains a run with every mistake in a worker thread, unless it cannot be trained again, or this build has trained the
 * same run the last time.
 *
 * @param folder where the last outcomes are kept (default: the user's cache)
 */
export function trainAside(train: TrainResult, folder?: string): Aside {
  const none = async () => {};
  if (!canTrainAgain(train)) return { result: Promise.resolve(null), stop: none };
  const store = new Kept('every-mistake', everyMistakeSchema, folder);
  const key = keyOf(train);
  const kept = store.read(key);
  if (kept !== null) return { result: Promise.resolve(kept), stop: none };
  const worker = new Worker(join(packageRoot(), 'dist', 'everyMistakeWorker.js'), { workerData: train });
  const result = once(worker, 'message').then(async ([every]) => {
    await store.write(key, every);
    return every as EveryMistake | null;
  });
  // A caller that stops the thread does not wait for the result, so a rejection must not go unhandled.
  result.catch(() => {});
  return {
    result,
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** A hash of the code, the settings and the images, which determine every outcome. */
const keyOf = ({ config, images }: TrainResult): string =>
  createHash('sha256')
    .update(JSON.stringify([buildKey(), config, images]))
    .digest('hex');
