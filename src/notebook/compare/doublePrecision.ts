import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompareResult } from '../../results/compare.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import type { TrainHooks } from '../engines/loop.ts';
import type { Walk, WalkResult } from './walk.ts';

/** The input of the worker thread. */
export type WorkerInput = Pick<Walk, 'samples' | 'parameters' | 'learningRate' | 'epochs'>;

/** The walk, with its chain and the finite differences at chosen steps. */
export type DoublePrecisionResult = WalkResult & Pick<CompareResult, 'chain' | 'finiteDifferences'>;

/** A message to the thread: stop before the next step. */
export type ToWorker = 'stop';

/** A message from the thread: its progress, and at the end its results. */
export type FromWorker =
  | { readonly progress: [done: number, total: number] }
  | { readonly result: DoublePrecisionResult };

/**
 * Room for new objects in MB, four times the default. The tensors of a step are garbage at its end; with this much
 * room, few are alive when garbage is collected, which then copies less.
 */
const NURSERY = 192;

/**
 * Walks the run in double precision in a worker thread, and takes finite differences at chosen steps. Rethrows errors
 * of the thread.
 */
export function walkInDoublePrecision(
  { samples, parameters, learningRate, epochs }: WorkerInput,
  { signal, onProgress }: TrainHooks = {},
): Promise<DoublePrecisionResult> {
  const file = join(packageRoot(), 'dist', 'walkWorker.js');
  if (!existsSync(file))
    throw new Error(`expected the built thread at ${file}, got none; run npm run build first`);
  return new Promise((resolve, reject) => {
    const workerData: WorkerInput = { samples, parameters, learningRate, epochs };
    const worker = new Worker(file, { workerData, resourceLimits: { maxYoungGenerationSizeMb: NURSERY } });
    const stop = () => worker.postMessage('stop' satisfies ToWorker);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    worker.on('message', (message: FromWorker) => {
      if ('result' in message) resolve(message.result);
      else onProgress?.(...message.progress, null);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      // Has no effect if the result has already arrived.
      reject(new Error(`the thread in double precision ended with ${code} before its result`));
    });
  });
}
