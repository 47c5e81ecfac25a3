import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended } from './cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs one of the repository's scripts, as `npm run` does. @param path below scripts/ */
export function runScript(
  path: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> {
  const command = ['--import', 'tsx', `scripts/${path}`, ...args];
  const options = { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
