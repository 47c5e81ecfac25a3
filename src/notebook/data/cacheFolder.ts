import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { environmentFailure, type Failure } from '../../system/errors.ts';
import { isLack } from '../../system/fileFailure.ts';
import { lockFolder, type Release } from '../../system/lock.ts';
import { makeFolder } from '../../system/makeFolder.ts';

/** Suffix of a file's name during its download. */
export const PART = '.part';

/** Milliseconds between two checks for the end of another download. */
const LOOK_MS = 200;

/**
 * Creates the cache directory and does `work` in it, after waiting for downloads of other processes, which may already
 * have brought the file. Removes partial files left by a killed download.
 *
 * @throws Failure (environment) if the directory cannot be written
 * @throws the signal's reason if it was aborted
 */
export async function inCache<T>(
  directory: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let release: Release | null = null;
  try {
    await makeFolder(directory);
    for (;;) {
      signal?.throwIfAborted();
      release = await lockFolder(directory);
      if (release !== null) break;
      await pause(LOOK_MS);
    }
    for (const name of await readdir(directory)) {
      if (name.endsWith(PART)) await rm(join(directory, name), { force: true });
    }
    return await work();
  } catch (error) {
    throw cacheFailure(error) ?? error;
  } finally {
    await release?.();
  }
}

/** Describes an error of the file system; null for other errors, such as those of a connection. */
export function cacheFailure(error: unknown): Failure | null {
  const { syscall, path, message, code } = (error ?? {}) as NodeJS.ErrnoException;
  const ofFiles = syscall !== undefined && syscall !== 'connect' && (path !== undefined || isLack(error));
  if (!ofFiles) return null;
  const next = code === 'ENOSPC' || code === 'EDQUOT' ? 'make room, or set' : 'set';
  return environmentFailure(
    `expected a cache directory that can be written, got ${message}; ${next} BACKPROOF_CACHE to another one`,
  );
}
