import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { environmentFailure } from '../../../system/errors.ts';
import { fetchWheel, findPip } from './pip.ts';
import type { Timer } from './timer.ts';
import { unzip } from './unzip.ts';
import { type Wheel, wheelName } from './wheels.ts';

/** The headers of TensorFlow that the addon's sources include. */
const HEADERS = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

/** The path in the cache of a member of the wheel; null if it is not kept. */
export function keptAs(wheel: Wheel, member: string): string | null {
  if (member.endsWith('/')) return null;
  const name = posix.basename(member);
  if (member === `tensorflow/${name}` && wheel.libraries.includes(name)) return `lib/${name}`;
  const header = HEADERS.some((prefix) => member.startsWith(prefix)) && name.endsWith('.h');
  return header ? member.slice('tensorflow/'.length) : null;
}

/** A wheel's folder in the cache: `lib` with the two libraries, `include` with the headers. */
export const libraryFolder = (cache: string, wheel: Wheel): string => join(cache, wheelName(wheel));

/**
 * Whether the libraries are in the cache. The folder gets its name only when it is complete, so its existence is
 * enough.
 */
export async function haveLibraries(cache: string, wheel: Wheel): Promise<boolean> {
  try {
    const sizes = await Promise.all(
      wheel.libraries.map((name) => stat(join(libraryFolder(cache, wheel), 'lib', name))),
    );
    return sizes.reduce((sum, { size }) => sum + size, 0) === wheel.libraryBytes;
  } catch {
    return false;
  }
}

/** Options of `getLibraries`. */
export interface LibraryOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
  /** The free space on a folder's disk; by default asked of the system. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
}

/**
 * Downloads the wheel and unpacks its libraries and headers into the cache; the wheel is not kept.
 *
 * @throws Failure (environment) if pip, network or disk space is missing, or the wheel is not the expected file
 */
export async function getLibraries(
  cache: string,
  wheel: Wheel,
  timer: Timer,
  options: LibraryOptions,
): Promise<void> {
  const { env, signal, onProgress } = options;
  const pip = await findPip(env, signal);
  await mkdir(cache, { recursive: true });
  await requireSpace(cache, wheel, options.freeBytes ?? freeBytes);
  // The lock is held, so any such folder was left by a process that was killed.
  for (const name of await readdir(cache)) {
    if (name.startsWith('partial-')) await rm(join(cache, name), { recursive: true, force: true });
  }
  const partial = join(cache, `partial-${process.pid}`);
  try {
    await mkdir(partial);
    const archive = await timer.time('download', () =>
      fetchWheel(wheel, { pip, env, folder: partial, signal, onProgress }),
    );
    const kept = join(partial, 'kept');
    await timer.time('unpack', () => unzip(archive, kept, (member) => keptAs(wheel, member), signal));
    await rm(libraryFolder(cache, wheel), { recursive: true, force: true });
    await rename(kept, libraryFolder(cache, wheel));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** pip writes the wheel twice, into its own folder and into ours, but never both while the libraries are there. */
async function requireSpace(
  cache: string,
  wheel: Wheel,
  free: (folder: string) => Promise<number>,
): Promise<void> {
  const needed = wheel.bytes + Math.max(wheel.bytes, wheel.libraryBytes) + 50_000_000;
  const got = await free(cache);
  if (got >= needed) return;
  throw environmentFailure(
    `setup-native: expected ${gigabytes(needed)} free in ${cache}, got ${gigabytes(got)}; ` +
      'name a folder on a larger disk: BACKPROOF_CACHE=FOLDER backproof setup-native',
  );
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
