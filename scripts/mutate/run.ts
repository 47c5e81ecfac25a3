import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

/** One suite with one mutant, with many behind switches, or as it is. */
export interface Task {
  readonly mutant: Mutant | null;
  readonly suite: string;
  readonly switches: Switches | null;
}

/** Where a folder is with the sources that have switches, and a file with the mutants that are to be met. */
export interface Switches {
  readonly sources: string;
  readonly task: string;
}

/** What the transform of a task gets. */
export interface InSource {
  readonly mutant: Mutant | null;
  readonly sources: string | null;
}

/** What a suite tells of the mutants behind its switches. */
export interface Told {
  readonly what: 'meets' | 'survived' | 'killed' | 'ended';
  readonly ids: readonly number[];
  /** Milliseconds that the test may take with the mutant that it meets. */
  readonly limit?: number;
}

/** How a suite ended: `late` where it took longer than it may, `died` where its process ended. */
export type Ended = 'passed' | 'failed' | 'late' | 'died';

/** Suites that one process runs before another takes its place: Jest keeps the code of each mutant. */
const SUITES_PER_PROCESS = 60;

/** Milliseconds that a suite may say nothing for. */
const PATIENCE = 300_000;

/** Runs suites in a process that is kept from one to the next. */
export class SuiteRunner {
  readonly #root: string;
  #child: ChildProcess | null = null;
  #suites = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** A suite may fail by what others have left behind in their process: it then has another try in a new one. */
  async run(task: Task, seconds: number): Promise<Ended> {
    const isFresh = this.#suites === 0;
    const ended = await this.#runOnce(task, seconds);
    if (isFresh || ended === 'passed' || ended === 'late') return ended;
    this.stop();
    return this.#runOnce(task, seconds);
  }

  /**
   * Runs a suite whose tests meet the mutants behind switches, and tells what they say. Ends at the end of the suite or of
   * its process, or when a mutant takes too long.
   *
   * @returns whether the suite came to its end
   */
  async meet(task: Task, hear: (told: Told) => void): Promise<boolean> {
    const child = this.#start();
    this.#suites += 1;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const allow = (milliseconds: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => end(false), milliseconds);
      };
      const end = (whole: boolean): void => {
        clearTimeout(timer);
        child.removeAllListeners('message').removeAllListeners('exit');
        if (!whole || this.#suites >= SUITES_PER_PROCESS) this.stop();
        resolve(whole);
      };
      child.on('message', (told: Told) => {
        if (told.what === 'ended') return end(true);
        // A test that never yields is ended from here, one that only waits by itself.
        allow(told.limit === undefined ? PATIENCE : told.limit + 3000);
        hear(told);
      });
      child.once('exit', () => end(false));
      allow(PATIENCE);
      child.send(task);
    });
  }

  #start(): ChildProcess {
    this.#child ??= fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), {
      cwd: this.#root,
      execArgv: ['--experimental-vm-modules', '--no-warnings', '--max-semi-space-size=64'],
      stdio: 'ignore',
      detached: true,
    });
    return this.#child;
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
    const child = this.#start();
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
