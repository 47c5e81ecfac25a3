import { spawn } from 'node:child_process';

/** The result of a program that has ended. */
export interface Ended {
  /** null if it could not be started, or a signal ended it */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the program was found. */
  readonly found: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for running a program. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** Ends the program and all its children when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end and collects its output.
 *
 * @throws the signal's reason if it was aborted
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const { env = process.env, cwd, signal } = options;
  signal?.throwIfAborted();
  const ended = await new Promise<Ended>((resolve) => {
    // Its own process group, because pip and the compiler start child processes, which must end with them.
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const abort = (): void => endGroup(child.pid);
    signal?.addEventListener('abort', abort, { once: true });
    process.once('exit', abort);
    const done = (rest: Omit<Ended, 'stdout' | 'stderr'>): void => {
      signal?.removeEventListener('abort', abort);
      process.removeListener('exit', abort);
      resolve({ ...output, ...rest });
    };
    child.on('error', () => done({ code: null, signal: null, found: false }));
    child.on('close', (code, ending) => done({ code, signal: ending, found: true }));
  });
  signal?.throwIfAborted();
  return ended;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has already ended.
  }
}
