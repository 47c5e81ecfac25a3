/** The parent's side of the process in which a module is checked. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { packageRoot } from '../../system/packageRoot.ts';
import { encode, PIPES } from './channel.ts';
import type { ChildInput, Received } from './messages.ts';

/** How a process ended: with its last message, by itself, or killed by this program. */
export type End =
  | Extract<Received, { kind: 'done' | 'problem' | 'lacking' | 'fault' }>
  | { readonly kind: 'ended'; readonly why: string }
  | { readonly kind: 'silent' };

const isLast = (message: Received): message is Exclude<End, { kind: 'ended' | 'silent' }> =>
  ['done', 'problem', 'lacking', 'fault'].includes(message.kind);

export interface ProcessHooks {
  readonly signal: AbortSignal;
  /** Seconds without a message after which the process is killed. */
  readonly timeout: number;
  readonly onMessage: (message: Received) => void;
}

/**
 * Runs one process to its end, which also ends everything that it started. It has no process.send and gets nothing by
 * arguments or environment; its channel is a pair of pipes (channel.ts).
 * @throws the signal's reason after an abort
 */
export async function runProcess(
  input: Omit<ChildInput, 'nonce'>,
  { signal, timeout, onMessage }: ProcessHooks,
): Promise<End> {
  signal.throwIfAborted();
  const program = join(packageRoot(), 'dist', 'checkChild.js');
  if (!existsSync(program))
    throw new Error(`expected the built program at ${program}, got none; run npm run build first`);
  const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
  const child = spawn(process.execPath, [...flags, program], {
    // stdout belongs to this program; the module prints to stderr.
    stdio: ['ignore', 2, 2, 'pipe', 'pipe'],
    // Makes a process group, so that everything the module starts ends with it.
    detached: true,
    windowsHide: true,
  });
  const killGroup = (): void => endGroup(child.pid);
  // For process.exit in this process; if this process is killed, the child sees the end of its pipe.
  process.once('exit', killGroup);
  const nonce = randomUUID();
  const [channel, given] = [
    child.stdio[PIPES.toParent] as Readable,
    child.stdio[PIPES.fromParent] as Writable,
  ];
  // The process may end before it has read anything; its exit is reported elsewhere.
  given.on('error', () => {});
  given.write(`${encode({ ...input, nonce })}\n`);
  // Registered now, because the process may end, or fail to start, before anything waits for it.
  const failed = new Promise<Error>((resolve) => child.on('error', resolve));
  const exited = new Promise<string>((resolve) =>
    child.on('exit', (code, name) => resolve(name ?? `exit code ${code}`)),
  );
  const read = new Promise<void>((resolve) => channel.on('close', resolve));
  let timer: NodeJS.Timeout | undefined;
  let abort = (): void => {};
  try {
    // Loaded while the process starts, which takes longer.
    const { readMessage } = await import('./messages.ts');
    signal.throwIfAborted();
    return await new Promise<End>((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort);
      const giveUp = () => resolve({ kind: 'silent' });
      timer = setTimeout(giveUp, Math.min(timeout * 1000, 2 ** 31 - 1));
      let leaving: string | null = null;
      readLines(channel, (line) => {
        try {
          const message = readMessage(line, nonce);
          if (message === null) return;
          timer?.refresh();
          if (message.kind === 'leaving') leaving = message.why;
          else if (isLast(message)) resolve(message);
          else onMessage(message);
        } catch (error) {
          reject(error);
        }
      });
      failed.then(reject);
      Promise.all([exited, read]).then(([how]) =>
        resolve({ kind: 'ended', why: leaving ?? `the end of its process: ${how}` }),
      );
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    process.removeListener('exit', killGroup);
    killGroup();
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let parts: string[] = [];
  stream.setEncoding('latin1').on('data', (text: string) => {
    const [first, ...others] = text.split('\n');
    parts.push(first!);
    for (const next of others) {
      onLine(parts.join(''));
      parts = [next];
    }
  });
  // A process that is killed may reset the connection.
  stream.on('error', () => {});
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The whole group has already ended.
  }
}
