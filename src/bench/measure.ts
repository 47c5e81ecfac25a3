import type { Contender, JobDone } from './contender.ts';
import { ContenderProcess } from './process.ts';

/** What came of a contender: its jobs, or why there are none. */
export interface Taken {
  readonly contender: Contender;
  readonly first: JobDone | null;
  readonly jobs: readonly JobDone[];
  readonly problem: string | null;
}

export interface MeasureOptions {
  readonly repetitions: number;
  /** Where a contender's problem is. */
  readonly problemOf: (contender: Contender) => Promise<string>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, note: string) => void) | undefined;
}

interface Running {
  readonly contender: Contender;
  process: ContenderProcess | null;
  first: JobDone | null;
  readonly jobs: JobDone[];
  problem: string | null;
}

/**
 * Measures contenders in turns: each is started and warmed up alone, then come rounds in which everybody does its jobs, so
 * that a machine that is slow for a while is slow for all. After an abort, what was measured by then is returned.
 */
export async function measure(contenders: readonly Contender[], options: MeasureOptions): Promise<Taken[]> {
  const { repetitions, signal, onProgress } = options;
  const running: Running[] = contenders.map((contender) => ({
    contender,
    process: null,
    first: null,
    jobs: [],
    problem: 'missing' in contender.launch ? contender.launch.missing : null,
  }));
  const total = contenders.length * (repetitions + 1);
  let done = 0;
  const turn = async (one: Running, act: () => Promise<void>): Promise<void> => {
    onProgress?.(done, total, one.contender.id);
    if (one.problem === null && !signal?.aborted) {
      try {
        await act();
      } catch (error) {
        one.problem = (error as Error).message;
      }
    }
    done++;
  };
  try {
    for (const one of running) await turn(one, () => warmUp(one, options));
    for (let round = 0; round < repetitions; round++) {
      for (const one of running) {
        await turn(one, async () => {
          for (let job = 0; job < one.contender.jobsInTurn; job++) one.jobs.push(await one.process!.job());
        });
      }
    }
  } finally {
    await Promise.all(running.map(({ process }) => process?.stop()));
  }
  return running.map(({ contender, first, jobs, problem }) => ({ contender, first, jobs, problem }));
}

async function warmUp(one: Running, { problemOf }: MeasureOptions): Promise<void> {
  const { launch, warmUps } = one.contender;
  if ('missing' in launch) return;
  one.process = new ContenderProcess(launch, await problemOf(one.contender));
  one.first = await one.process.job();
  for (let job = 1; job < warmUps; job++) await one.process.job();
}
