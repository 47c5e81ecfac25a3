import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cli.js');

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a command, as far as a test sets it. */
export interface CommandEnvironment {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Called once the process is started, and may send it a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Receives what came on stderr so far, and may send the process a signal. */
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
      // Its own environment: what the test runner sets is not what a user has.
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

/** stderr without progress under these titles: on a slow machine it has lines of its own. */
export function withoutProgress(stderr: string, ...titles: string[]): string {
  return stderr.replace(new RegExp(`^(${titles.join('|')}): .*\\n`, 'gm'), '');
}

/** A folder of its own for each call, removed after the suite. */
export function scratchFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backproof-cli-'));
    folders.push(folder);
    return folder;
  };
}
