import type { CompareResult } from '../../results/compare.ts';
import { runInThread, type WorkHooks } from './thread.ts';
import type { Walk, WalkResult } from './walk.ts';

/** The input of the worker thread. */
export type WalkInput = Pick<Walk, 'samples' | 'parameters' | 'learningRate' | 'epochs'>;

/** The walk, with its chain and the finite differences at chosen steps. */
export type DoublePrecisionResult = WalkResult & Pick<CompareResult, 'chain' | 'finiteDifferences'>;

/**
 * Walks the run in double precision in a worker thread, and takes finite differences at chosen steps. Rethrows errors
 * of the thread.
 */
export const walkInDoublePrecision = (
  { samples, parameters, learningRate, epochs }: WalkInput,
  hooks: WorkHooks = {},
): Promise<DoublePrecisionResult> =>
  runInThread('walkWorker', { samples, parameters, learningRate, epochs } satisfies WalkInput, hooks);
