import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentFailure } from '../../../system/errors.ts';
import { type Ended, runProgram } from '../../../system/runProgram.ts';
import { installCommand } from './packages.ts';
import type { Wheel } from './wheels.ts';

/** A way to run pip: the program, and the arguments before pip's own. */
export type Pip = readonly [program: string, ...args: string[]];

/** pip itself, or a program that fetches and runs it. */
const ways: readonly Pip[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['uv', 'tool', 'run', 'pip'],
  ['pipx', 'run', 'pip'],
];

type Environment = NodeJS.ProcessEnv;

/**
 * The first way to run pip that works.
 *
 * @throws Failure (environment) if there is none
 */
export async function findPip(env: Environment, signal?: AbortSignal): Promise<Pip> {
  for (const way of ways) {
    const [program, ...args] = way;
    // uv and pipx fetch pip on first use; it is enough that they are there.
    const asked = program === 'uv' || program === 'pipx' ? ['--version'] : [...args, '--version'];
    if ((await runProgram(program, asked, { env, signal })).code === 0) return way;
  }
  throw environmentFailure(
    `setup-native: expected pip (python3 -m pip, uv or pipx) on the PATH, got none; ${installCommand('pip', env)}`,
  );
}

/** Options of `fetchWheel`. */
export interface FetchOptions {
  readonly pip: Pip;
  readonly env: Environment;
  /** An empty folder of ours, for the wheel and for pip's own temporary files. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
}

/**
 * Downloads the wheel with pip, installs nothing, and verifies its checksum.
 *
 * @returns the path of the wheel
 * @throws Failure (environment) if it cannot be downloaded, or is not the expected file
 */
export async function fetchWheel(wheel: Wheel, options: FetchOptions): Promise<string> {
  const { pip, env, folder, signal, onProgress } = options;
  const [program, ...before] = pip;
  const temporary = join(folder, 'pip');
  await mkdir(temporary);
  const timer = setInterval(() => {
    sizeOf(temporary).then((bytes) => onProgress?.(Math.min(bytes, wheel.bytes), wheel.bytes));
  }, 500);
  let ended: Ended;
  try {
    const args = [...before, ...pipArguments(wheel, folder)];
    ended = await runProgram(program, args, { env: { ...env, TMPDIR: temporary }, signal });
  } finally {
    clearInterval(timer);
  }
  if (ended.code !== 0) throw environmentFailure(explain(wheel, pip, ended));
  const path = join(folder, wheel.file);
  const sha256 = await sha256Of(path, signal);
  if (sha256 !== wheel.sha256) {
    throw environmentFailure(
      `setup-native: expected ${wheel.file} with sha256 ${wheel.sha256}, got ${sha256}; ` +
        'take it from the public index: PIP_CONFIG_FILE=/dev/null backproof setup-native',
    );
  }
  return path;
}

/** Does not use pip's cache, which would keep a second copy of the wheel. */
const pipArguments = (wheel: Wheel, folder: string): string[] => [
  'download',
  '--no-deps',
  '--only-binary=:all:',
  '--no-cache-dir',
  '--no-input',
  '--disable-pip-version-check',
  '--progress-bar=off',
  `--dest=${folder}`,
  `--platform=${wheel.platformTag}`,
  `--python-version=${wheel.python}`,
  '--implementation=cp',
  `--abi=cp${wheel.python}`,
  `${wheel.project}==${wheel.version}`,
];

const NO_NETWORK =
  /Temporary failure in name resolution|NewConnectionError|ConnectTimeout|Connection refused|Max retries exceeded|Network is unreachable|ProxyError|nodename nor servname|failed to fetch|dns error/i;

/** Explains in one line why pip failed, and how to fix it. */
function explain(wheel: Wheel, pip: Pip, { stdout, stderr, signal }: Ended): string {
  const lines = `${stdout}\n${stderr}`.trim().split('\n');
  const expected = `setup-native: expected ${wheel.project} ${wheel.version} from ${pip.join(' ')}`;
  if (lines.some((line) => /No space left on device/i.test(line))) {
    return `${expected}, got no space left on the disk; name a folder on a larger one: BACKPROOF_CACHE=FOLDER backproof setup-native`;
  }
  const offline = lines.find((line) => NO_NETWORK.test(line));
  if (offline !== undefined) {
    return `${expected}, got no network ("${short(offline)}"); connect, or name a mirror (PIP_INDEX_URL), then run backproof setup-native again`;
  }
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!;
  const got = signal === null ? `"${short(said)}"` : `${signal}`;
  return `${expected}, got ${got}; see what pip says: ${pip.join(' ')} download --no-deps ${wheel.project}==${wheel.version}`;
}

const short = (line: string): string => (line.length > 300 ? `${line.slice(0, 299)}\u2026` : line).trim();

async function sha256Of(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** The size in bytes of the files in a folder that is being written; 0 if it cannot be read. */
async function sizeOf(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(({ parentPath, name }) =>
        stat(join(parentPath, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
