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
  /** The highest memory use that was observed, in bytes; 0 if the system does not report it. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** Whether it was still running after `limitMs`, and was killed. */
  readonly late: boolean;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs?: number;
  /** An open file for stdout, in place of a pipe. */
  readonly stdout?: number;
  /** A signal to send after some time. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly afterMs: number };
}

/** A variable in the environment of every program of a torture run, by which its children are found. */
const MARK = 'BACKPROOF_TORTURE';
let marks = 0;

/** Runs the program to its end, as a user would. */
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

/** The processes with that mark, without zombies; none if the system does not list them. */
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

/** The fault in how the program ended, if there is one. */
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
