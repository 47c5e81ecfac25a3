// Runs the contenders, each in its own process, in turns.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ContenderResult } from './result.ts';

/** The command of a contender's process; the problem's file is passed between `args` and `more`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A program that trains the network in its own process. */
export interface Contender
  extends Pick<ContenderResult, 'id' | 'name' | 'how' | 'side' | 'version' | 'seed' | 'epochs' | 'runs'> {
  /** The command, or why it cannot start here and how to fix that. */
  readonly launch: Launch | { readonly missing: string };
  /** Jobs in each round: several for fast contenders, so that their medians are as stable as the others'. */
  readonly jobsInTurn: number;
  /** Jobs before the first round, if there are several rounds. */
  readonly warmUps: number;
}

/** A contender's report of one job. */
export interface JobDone {
  readonly milliseconds: number;
  /** The logged loss of each run's last epoch. */
  readonly losses: readonly number[];
}

/** The jobs of a contender, or the reason why there are none. */
export interface Taken {
  readonly contender: Contender;
  readonly first: JobDone | null;
  readonly jobs: readonly JobDone[];
  readonly problem: string | null;
}

export interface MeasureOptions {
  readonly repetitions: number;
  /** The path of a contender's problem. */
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
 * Measures contenders in turns. Each is started and warmed up while no other runs; then in each round every contender
 * does its jobs, so that a slow period of the machine affects all. After an abort, returns the results so far.
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
  // A single round is only a quick look, without warm-up.
  if (repetitions === 1) return;
  for (let job = 1; job < warmUps; job++) await one.process.job();
}

/** The number of characters kept of a contender's stderr. */
const KEPT = 4_000;

/**
 * A contender's process. For every line that it receives, it does its job once from the start and answers with one
 * line: milliseconds, then the last loss of each run.
 */
class ContenderProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #said = '';

  constructor({ command, args, more = [], env = process.env }: Launch, problem: string) {
    // Its own process group: Ctrl-C goes only to the bench, which lets the current job finish. When the bench ends, the
    // contender's stdin closes, and it ends too.
    this.#child = spawn(command, [...args, problem, ...more], { env, detached: true, stdio: 'pipe' });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT);
    });
    // It may have ended before it received a line.
    this.#child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
    });
  }

  /**
   * Runs one job.
   *
   * @throws Error with the reason, in one line, if the process ends or its answer is malformed
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

  /** Kills the process and waits for its end. */
  async stop(): Promise<void> {
    this.#child.kill();
    await this.#ended;
  }

  /** The last line on its stderr, else how it ended. */
  #reason(ending: string): string {
    const said = this.#said.trim().split('\n');
    return said.findLast((line) => /error|expected|failed/i.test(line))?.trim() ?? (said.at(-1) || ending);
  }
}
