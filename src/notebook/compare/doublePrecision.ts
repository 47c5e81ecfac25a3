import type { CompareResult } from '../../results/compare.ts';
import type { RunProblem } from '../problem.ts';
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

/** A walk in double precision that has begun. */
export interface WalkAhead {
  readonly problem: RunProblem;
  /** The walk's result, or the error of its thread; `onProgress` is called with the progress from now on. */
  result(onProgress?: WorkHooks['onProgress']): Promise<DoublePrecisionResult>;
  /** Ends the thread soon, where nobody needs the result. */
  stop(): void;
}

/**
 * Begins the walk in double precision, the longest part of a comparison, which needs nothing but the problem: a caller
 * that trains first begins it before that.
 *
 * @param signal ends the walk early, with a partial result
 */
export function walkAhead(problem: RunProblem, signal?: AbortSignal): WalkAhead {
  const stopped = new AbortController();
  let listener: WorkHooks['onProgress'];
  const result = walkInDoublePrecision(
    { ...problem, epochs: problem.config.epochs },
    {
      signal: AbortSignal.any([stopped.signal, ...(signal ? [signal] : [])]),
      onProgress: (done, total) => listener?.(done, total),
    },
  );
  // A caller that stops the walk does not wait for the result, so a rejection must not go unhandled.
  result.catch(() => {});
  return {
    problem,
    result: (onProgress) => {
      listener = onProgress;
      return result;
    },
    stop: () => stopped.abort(),
  };
}
