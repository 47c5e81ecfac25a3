import { fork } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import { EXTENSIONS } from './files.ts';
import type { CheckInput, FromChild, SpecReport } from './messages.ts';

export interface CheckHooks {
  readonly signal: AbortSignal;
  /** Seconds without a sign of life after which the module is given up. */
  readonly timeout: number;
  readonly onProgress: (share: number, name: string) => void;
}

/**
 * Checks the specs of a module in a process of its own, which the module cannot take this one down from.
 * @throws Failure (usage) where the module cannot be checked: it throws, exports no spec, exits, or never ends
 */
export async function checkFile(input: CheckInput, hooks: CheckHooks): Promise<readonly SpecReport[]> {
  assertReadable(input);
  const end = await runChild(input, hooks);
  if (end.kind === 'problem') throw usageFailure(end.line);
  if (end.kind === 'fault') throw Object.assign(new Error('the check ended'), { stack: end.stack });
  return end.specs;
}

function assertReadable({ file, shownFile }: CheckInput): void {
  if (!(EXTENSIONS as readonly string[]).includes(extname(file)))
    throw usageFailure(
      `${shownFile}: expected a module (${EXTENSIONS.join(', ')}), got ${extname(file) || 'no extension'}`,
    );
  if (!existsSync(file))
    throw usageFailure(
      `${shownFile}: expected a file, got none there (backproof check --init ${shownFile} writes an example)`,
    );
  if (!statSync(file).isFile()) throw usageFailure(`${shownFile}: expected a file, got a folder`);
}

type End = Extract<FromChild, { kind: 'done' | 'problem' | 'fault' }>;

function runChild(input: CheckInput, { signal, timeout, onProgress }: CheckHooks): Promise<End> {
  const program = join(packageRoot(), 'dist', 'checkChild.js');
  if (!existsSync(program))
    throw new Error(`expected the built program at ${program}, got none; run npm run build first`);
  const child = fork(program, [JSON.stringify(input)], {
    // Results have numbers that JSON has not.
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    // What the module prints is no result: stdout belongs to this program.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  let [share, name] = [0, 'loading'];
  const ticking = setInterval(() => onProgress(share, name), 1000);
  return new Promise<End>((resolve, reject) => {
    let stage = 'while it was loaded';
    const problem = (what: string) =>
      resolve({ kind: 'problem', line: `${input.shownFile}: expected specs to check, got ${what}` });
    const giveUp = () =>
      problem(`no end ${stage}: ${timeout} s without a sign of life (--timeout SECONDS allows for more)`);
    let timer = setTimeout(giveUp, Math.min(timeout * 1000, 2 ** 31 - 1));
    child.on('message', (message: FromChild) => {
      clearTimeout(timer);
      if (message.kind === 'loaded') stage = 'while it was checked';
      else if (message.kind === 'progress') {
        stage = `while ${message.name} was checked`;
        ({ share, name } = message);
        onProgress(share, name);
      } else return resolve(message);
      timer = setTimeout(giveUp, Math.min(timeout * 1000, 2 ** 31 - 1));
    });
    child.on('error', reject);
    child.on('exit', (code, signalName) => {
      clearTimeout(timer);
      problem(`the end of its process ${stage}: ${signalName ?? `exit code ${code}`}`);
    });
  }).finally(() => {
    clearInterval(ticking);
    signal.removeEventListener('abort', kill);
    kill();
  });
}
