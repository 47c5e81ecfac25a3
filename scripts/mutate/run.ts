import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

/** One suite with one mutant, or as it is. */
export interface Task {
  readonly mutant: Mutant | null;
  readonly suite: string;
}

/** How a suite ended: `late` where it took longer than it may, `died` where its process ended. */
export type Ended = 'passed' | 'failed' | 'late' | 'died';

/** Suites that one process runs before another takes its place: Jest keeps the code of each mutant. */
const SUITES_PER_PROCESS = 60;

/** Runs suites in a process that is kept from one to the next. */
export class SuiteRunner {
  readonly #root: string;
  #child: ChildProcess | null = null;
  #suites = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** A process that has run other suites may die of what they left behind: the suite then has another try in a new one. */
  async run(task: Task, seconds: number): Promise<Ended> {
    const isFresh = this.#suites === 0;
    const ended = await this.#runOnce(task, seconds);
    return ended === 'died' && !isFresh ? this.#runOnce(task, seconds) : ended;
  }

  /** Ends the process, and what its suites started. */
  stop(): void {
    if (this.#child?.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    this.#child = null;
    this.#suites = 0;
  }

  async #runOnce(task: Task, seconds: number): Promise<Ended> {
    this.#child ??= fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), {
      cwd: this.#root,
      execArgv: ['--experimental-vm-modules', '--no-warnings', '--max-semi-space-size=64'],
      stdio: 'ignore',
      detached: true,
    });
    const child = this.#child;
    const stopped = new AbortController();
    const { signal } = stopped;
    const timer = setTimeout(() => stopped.abort(), seconds * 1000);
    try {
      child.send(task);
      const ended = await Promise.race([
        once(child, 'message', { signal }).then(([{ success }]) => (success ? 'passed' : 'failed')),
        once(child, 'exit', { signal }).then(() => 'died' as const),
      ]);
      this.#suites += 1;
      if (ended === 'died' || this.#suites >= SUITES_PER_PROCESS) this.stop();
      return ended;
    } catch (error) {
      if (!signal.aborted) throw error;
      this.stop();
      return 'late';
    } finally {
      clearTimeout(timer);
      stopped.abort();
    }
  }
}
