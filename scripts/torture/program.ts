import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from './kind.ts';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The largest part of the memory that it was seen to have, in bytes; 0 where the system does not tell. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** It was still there after `limitMs`, and was killed. */
  readonly late: boolean;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs?: number;
  /** Where stdout goes in place of a pipe: a file that is open. */
  readonly stdout?: number;
  /** Sent after so long. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly afterMs: number };
}

/** A variable that every program of a torture has in its environment and hands on: its children are found by it. */
const MARK = 'BACKPROOF_TORTURE';
let marks = 0;

/** Runs the program as a user would, to its end. */
export function runProgram(
  command: readonly string[],
  { cwd, env = {}, limitMs = 180_000, stdout = undefined, kill }: ProgramOptions,
): Promise<Ended & { readonly mark: string }> {
  const mark = `${process.pid}-${marks++}`;
  const started = performance.now();
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, [MARK]: mark, ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  let [bytes, late] = [0, false];
  const watch = setInterval(() => {
    bytes = Math.max(bytes, peakOf(child.pid!));
    if (performance.now() - started < limitMs || late) return;
    late = true;
    child.kill('SIGKILL');
  }, 50);
  const timer = kill && setTimeout(() => child.kill(kill.signal), kill.afterMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      clearTimeout(timer);
      resolve({ code, signal, ...texts, bytes, late, mark, milliseconds: performance.now() - started });
    });
  });
}

function peakOf(pid: number): number {
  try {
    return 1024 * Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Processes of that mark, those that only wait to be collected left out; none where the system does not tell. */
export function leftOf(mark: string): string[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => {
    try {
      const marked = readFileSync(join('/proc', pid, 'environ'), 'latin1').includes(`${MARK}=${mark}\0`);
      return marked && !/^State:\s*Z/m.test(readFileSync(join('/proc', pid, 'status'), 'utf8'));
    } catch {
      return false;
    }
  });
}

/** The fault in how the program ended, whatever was done to it. */
export function judgeEnd(ended: Ended, allowed: readonly number[], mostBytes = 1.5e9): Problem {
  const { code, signal, stderr, bytes, late, milliseconds } = ended;
  const said = stderr.trim().split('\n').slice(-3).join(' | ').slice(-300);
  if (late) return `no end after ${(milliseconds / 1000).toFixed(1)} s: ${said}`;
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) return `a trace: ${said}`;
  if (code === null || !allowed.includes(code))
    return `exit ${code ?? signal} where ${allowed.join(' or ')} was expected: ${said}`;
  if (code !== 0 && stderr.trim() === '') return `exit ${code} without a word`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(stderr)) return `control characters: ${JSON.stringify(said)}`;
  if (bytes > mostBytes) return `${(bytes / 1e9).toFixed(2)} GB of memory`;
  return null;
}
