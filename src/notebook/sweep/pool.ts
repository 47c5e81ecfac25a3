import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../system/packageRoot.ts';
import type { FinishedRun, Job, WorkerInput } from './messages.ts';

export interface PoolOptions {
  /** How many threads, at least 1. */
  readonly workers: number;
  readonly input: WorkerInput;
  /** The next run to be made; null where there is none. */
  next(): Job | null;
  onFinished(run: FinishedRun): void;
  /** A run on which two threads have died. */
  onFailed(job: Job, message: string): void;
  /** Ends the threads where they are. */
  readonly signal: AbortSignal;
  /** The thread's program; a test has one that dies. */
  readonly file?: string | undefined;
}

/** A thread is given runs for so many milliseconds ahead, so that it need not wait for the next one. */
const AHEAD_MS = 20;
const MOST_AHEAD = 8;
/** When so many runs fail with none in between that does not, no other will fare better. */
const FAILED_IN_A_ROW = 8;

/** The thread's program, as it is built. */
const builtWorker = (): string => join(packageRoot(), 'dist', 'sweepWorker.js');

/**
 * Makes runs in threads until there is no next one, or the signal says stop. A thread that dies is replaced, and the run
 * that it was at is repeated once.
 *
 * @throws Error where threads die at every run
 */
export async function runPool(options: PoolOptions): Promise<void> {
  const file = options.file ?? builtWorker();
  if (!existsSync(file))
    throw new Error(`expected the thread's program at ${file}, got none; run npm run build first`);
  const pool = new Pool(options, file);
  await pool.finished;
}

/** A thread, and the runs that it was given and has not answered, in the order in which it makes them. */
interface Thread {
  readonly worker: Worker;
  readonly jobs: Job[];
}

class Pool {
  readonly finished: Promise<void>;
  readonly #options: PoolOptions;
  readonly #file: string;
  readonly #threads = new Set<Thread>();
  /** Runs that a dead thread leaves behind. */
  readonly #again: Job[] = [];
  /** Runs at which a thread has died once. */
  readonly #diedAt = new Set<number>();
  #failedInARow = 0;
  #meanMs = AHEAD_MS;
  #isOver = false;
  #end: (error?: Error) => void = () => {};

  constructor(options: PoolOptions, file: string) {
    this.#options = options;
    this.#file = file;
    this.finished = new Promise((resolve, reject) => {
      this.#end = (error) => {
        if (this.#isOver) return;
        this.#isOver = true;
        options.signal.removeEventListener('abort', stop);
        const ended = [...this.#threads].map(({ worker }) => worker.terminate());
        Promise.all(ended).then(() => (error ? reject(error) : resolve()), reject);
      };
    });
    const stop = () => this.#end();
    options.signal.addEventListener('abort', stop, { once: true });
    if (options.signal.aborted) stop();
    for (let i = 0; i < options.workers && !this.#isOver; i++) this.#start();
    this.#endWhereDone();
  }

  /** Starts a thread, if there is a run for it. */
  #start(): void {
    const job = this.#next();
    if (job === null) return;
    const thread: Thread = { worker: new Worker(this.#file, { workerData: this.#options.input }), jobs: [] };
    this.#threads.add(thread);
    this.#give(thread, job);
    let reason: string | null = null;
    thread.worker.on('message', (run: FinishedRun) => this.#take(thread, run));
    thread.worker.on('error', (error: Error) => {
      reason = error.message;
    });
    thread.worker.on('exit', (code) =>
      this.#bury(thread, reason ?? `its thread ended with exit code ${code}`),
    );
  }

  #next(): Job | null {
    return this.#again.shift() ?? this.#options.next();
  }

  #give(thread: Thread, job: Job): void {
    thread.jobs.push(job);
    thread.worker.postMessage(job);
  }

  #take(thread: Thread, run: FinishedRun): void {
    if (this.#isOver) return;
    thread.jobs.shift();
    this.#failedInARow = 0;
    this.#meanMs += (run.milliseconds - this.#meanMs) / 8;
    this.#options.onFinished(run);
    const ahead = Math.max(1, Math.min(MOST_AHEAD, Math.ceil(AHEAD_MS / this.#meanMs)));
    while (thread.jobs.length < ahead) {
      const job = this.#next();
      if (job === null) break;
      this.#give(thread, job);
    }
    this.#endWhereDone();
  }

  #bury(thread: Thread, reason: string): void {
    this.#threads.delete(thread);
    if (this.#isOver) return;
    const [at, ...untouched] = thread.jobs;
    this.#again.push(...untouched);
    if (at && this.#diedAt.has(at.run)) {
      this.#options.onFailed(at, reason);
      this.#failedInARow++;
      if (this.#failedInARow === FAILED_IN_A_ROW) {
        this.#end(new Error(`the threads of the sweep die at every run: ${reason}`));
        return;
      }
    } else if (at) {
      this.#diedAt.add(at.run);
      this.#again.unshift(at);
    }
    this.#start();
    this.#endWhereDone();
  }

  #endWhereDone(): void {
    if ([...this.#threads].every(({ jobs }) => jobs.length === 0) && this.#again.length === 0) this.#end();
  }
}
