import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Problem } from './kind.ts';
import type { Read, Reading } from './reader.ts';

const LIMIT_MS = 240_000;

/** Processes that read files for us, as many at a time as are needed; one that hangs or ends is replaced. */
export class Readers {
  readonly #root: string;
  readonly #free: ChildProcess[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** How the program would end, or the problem with that. */
  async read(reading: Reading): Promise<Read | string> {
    const reader =
      this.#free.pop() ??
      fork(fileURLToPath(new URL('./reader.ts', import.meta.url)), {
        cwd: this.#root,
        execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
      });
    const outcome = await new Promise<Read | string>((resolve) => {
      const timer = setTimeout(() => resolve(`no end after ${LIMIT_MS / 1000} s`), LIMIT_MS);
      const settle = (result: Read | string): void => {
        clearTimeout(timer);
        reader.removeAllListeners();
        resolve(result);
      };
      reader.once('message', (read) => settle(read as Read));
      reader.once('exit', (code, signal) => settle(`its process ended: ${signal ?? code}`));
      reader.send(reading);
    });
    if (typeof outcome === 'string') reader.kill('SIGKILL');
    else this.#free.push(reader);
    return outcome;
  }

  stop(): void {
    for (const reader of this.#free) reader.kill('SIGKILL');
  }
}

/** The fault in how a reading ended: a file must be read, or refused in one line that says what to do. */
export function judgeRead(read: Read | string): Problem {
  if (typeof read === 'string') return read;
  const { code, line, bytes } = read;
  if (code !== 0 && code !== 2)
    return `exit ${code}: ${line.split('\n').slice(0, 3).join(' | ').slice(0, 300)}`;
  if (line.length > 1500) return `a line of ${line.length} letters: ${line.slice(0, 100)}`;
  return bytes > 2e9 ? `${(bytes / 1e9).toFixed(2)} GB of memory` : null;
}
