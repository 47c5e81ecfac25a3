import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JobDone, Launch } from './contender.ts';

/** Kept of what a contender says on stderr. */
const KEPT = 4_000;

/**
 * A contender's process. For every line that it is sent it does its job once from the start and answers with one line:
 * milliseconds, then the last loss of each run.
 */
export class ContenderProcess {
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
