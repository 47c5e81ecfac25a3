import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants.ts';

const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');

/** Whether the suites fail with the mutant; one that keeps them busy for longer than the limit is noticed too. */
export function isKilled(
  root: string,
  mutant: Mutant | null,
  suites: readonly string[],
  seconds: number,
): Promise<boolean> {
  const words = [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest],
    ...['--config', 'scripts/mutate/jest.config.js', '--silent', '--runTestsByPath', ...suites],
  ];
  const env = mutant === null ? process.env : { ...process.env, BACKPROOF_MUTANT: JSON.stringify(mutant) };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: 'ignore', detached: true, env });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, seconds * 1000);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(isLate || code !== 0);
    });
  });
}
