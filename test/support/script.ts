import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended } from './cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one of the repository's scripts, as `npm run` does.
 *
 * @param path below scripts/
 * @param onStderr receives stderr so far, and may send the process a signal, once
 */
export function runScript(
  path: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  onStderr: (soFar: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const command = ['--import', 'tsx', `scripts/${path}`, ...args];
  const options = { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
    let soFar = '';
    let sent = false;
    child.stderr?.on('data', (text: string) => {
      soFar += text;
      onStderr(soFar, (signal) => {
        if (!sent) sent = child.kill(signal);
      });
    });
  });
}
