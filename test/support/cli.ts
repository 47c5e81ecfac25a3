import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cli.js');

/** The result of a command that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables that a test sets for a command. */
export interface CommandEnvironment {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Called once the process has started; it may send a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Receives stderr so far; it may send a signal. */
  readonly onStderr?: (soFar: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the built program as a user would. */
export function backproof(
  args: readonly string[],
  { cwd, env, onStart, onStderr }: CommandEnvironment = {},
): Promise<Ended> {
  if (!existsSync(program))
    throw new Error(`expected the built program at ${program}; run npm run build first`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: cwd ?? tmpdir(),
      // A fresh environment: a user does not have the test runner's variables.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onStart?.((signal) => child.kill(signal));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** stderr without the progress lines of these titles, which only appear on a slow machine. */
export function withoutProgress(stderr: string, ...titles: string[]): string {
  return stderr.replace(new RegExp(`^(${titles.join('|')}): .*\\n`, 'gm'), '');
}

/** A function that makes a new folder on each call; all are removed after the suite. */
export function scratchFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backproof-cli-'));
    folders.push(folder);
    return folder;
  };
}
