// Contenders, each in a process of its own, and their turns.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ContenderResult } from './result.ts';

/** How a contender's process is started; it is handed the problem's file between `args` and `more`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Somebody who trains the network in a process of its own. */
export interface Contender
  extends Pick<ContenderResult, 'id' | 'name' | 'how' | 'side' | 'version' | 'seed' | 'epochs' | 'runs'> {
  /** Or why it cannot start here, and what to do about it. */
  readonly launch: Launch | { readonly missing: string };
  /** Jobs in each round: several of what takes little, so that its median is as steady as the others'. */
  readonly jobsInTurn: number;
  /** Jobs before the first of several rounds. */
  readonly warmUps: number;
}

/** A job as a contender reports it. */
export interface JobDone {
  readonly milliseconds: number;
  /** The logged loss of each run's last epoch. */
  readonly losses: readonly number[];
}

/** A contender's jobs, or why there are none. */
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

async function warmUp(one: Running, { problemOf, repetitions }: MeasureOptions): Promise<void> {
  const { launch, warmUps } = one.contender;
  if ('missing' in launch) return;
  one.process = new ContenderProcess(launch, await problemOf(one.contender));
  one.first = await one.process.job();
  // A single round is a look, no measurement.
  if (repetitions === 1) return;
  for (let job = 1; job < warmUps; job++) await one.process.job();
}

/** Characters kept of a contender's stderr. */
const KEPT = 4_000;

/**
 * A contender's process. For every line that it is sent it does its job once from the start and answers with one line:
 * milliseconds, then the last loss of each run.
 */
class ContenderProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #said = '';

  constructor({ command, args, more = [], env = process.env }: Launch, problem: string) {
    // A group of its own: a Ctrl-C is for the bench, which lets the job under way end; and where the
    // bench ends, so does stdin, and with it the contender.
    this.#child = spawn(command, [...args, problem, ...more], { env, detached: true, stdio: 'pipe' });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT);
    });
    // It may have ended before it was asked.
    this.#child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
    });
  }

  /**
   * One job.
   *
   * @throws Error that says why, in one line, where the process ends or answers otherwise
   */
  async job(): Promise<JobDone> {
    this.#child.stdin.write('once\n');
    const answer = await Promise.race([this.#answers.next(), this.#ended]);
    if (typeof answer === 'string' || answer.done) throw new Error(this.#reason(await this.#ended));
    const [milliseconds = Number.NaN, ...losses] = answer.value.trim().split(/\s+/).map(Number);
    if (!(milliseconds >= 0) || losses.length === 0)
      throw new Error(`expected milliseconds and a loss, got "${answer.value.slice(0, 100)}"`);
    return { milliseconds, losses };
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    this.#child.kill();
    await this.#ended;
  }

  /** The last thing that it said, else how it ended. */
  #reason(ending: string): string {
    const said = this.#said.trim().split('\n');
    return said.findLast((line) => /error|expected|failed/i.test(line))?.trim() ?? (said.at(-1) || ending);
  }
}
