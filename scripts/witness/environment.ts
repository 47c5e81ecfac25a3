import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nativeCacheDirectory } from '../../src/system/cache.ts';
import { environmentFailure } from '../../src/system/errors.ts';
import { runProgram } from '../../src/system/runProgram.ts';

/** This exact version: without one, pip would install a build that comes with several GB for graphics cards. */
export const TORCH = 'torch==2.13.0';
const PACKAGES = [TORCH, 'numpy'];
/** Looks for the packages without loading them, because PyTorch takes seconds to load. */
const HAS_PACKAGES =
  'from importlib.util import find_spec; exit(not (find_spec("torch") and find_spec("numpy")))';

const environmentFolder = (): string =>
  join(dirname(nativeCacheDirectory()), 'witness', TORCH.replace('==', '-'));
const pythonIn = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/**
 * A Python that has PyTorch: `BACKPROOF_WITNESS_PYTHON`, or that of the environment that setUpTorch made in the user's
 * cache; null if there is none.
 */
export async function findTorch(): Promise<string | null> {
  const named = process.env.BACKPROOF_WITNESS_PYTHON;
  const candidates = named ? [named] : [pythonIn(environmentFolder())].filter(existsSync);
  for (const python of candidates)
    if ((await runProgram(python, ['-c', HAS_PACKAGES])).code === 0) return python;
  return null;
}

/**
 * Makes a virtual environment with PyTorch for the CPU in the user's cache: complete, or not at all.
 *
 * @returns its Python
 * @throws Failure (environment) without python3, its venv module, pip or a network
 */
export async function setUpTorch(say: (line: string) => void): Promise<string> {
  const folder = environmentFolder();
  await mkdir(dirname(folder), { recursive: true });
  const stage = await mkdtemp(`${folder}-`);
  try {
    say(`witness: setting up ${PACKAGES.join(' and ')} in ${folder}`);
    await demand('python3', ['-m', 'venv', stage], 'a virtual environment (python3 -m venv)');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
    await demand(pythonIn(stage), [...pip, ...PACKAGES], `${PACKAGES.join(' and ')} from pip`);
    await rm(folder, { recursive: true, force: true });
    await rename(stage, folder);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  return pythonIn(folder);
}

async function demand(program: string, args: readonly string[], wanted: string): Promise<void> {
  const { code, found, stdout, stderr } = await runProgram(program, args);
  if (code === 0) return;
  const lines = `${stdout}\n${stderr}`.trim().split('\n');
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  const got = found ? `"${said.trim().slice(0, 300)}"` : `no ${program} on the PATH`;
  throw environmentFailure(
    `witness: expected ${wanted}, got ${got}; or name a Python that has PyTorch by BACKPROOF_WITNESS_PYTHON`,
  );
}
