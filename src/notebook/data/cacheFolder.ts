import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { environmentFailure, type Failure } from '../../system/errors.ts';
import { isLack } from '../../system/fileFailure.ts';
import { lockFolder, type Release } from '../../system/lock.ts';
import { makeFolder } from '../../system/makeFolder.ts';

/** The end of a file's name while it is downloaded. */
export const PART = '.part';

/** Milliseconds between two looks at whether another download has ended. */
const LOOK_MS = 200;

/**
 * Does `work` in the cache directory, which is made, when no other process downloads into it: it may have brought what
 * is wanted. Parts that a killed download has left are removed.
 *
 * @throws Failure (environment) where the directory cannot be written
 * @throws the signal's reason where it was aborted
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

/** An error of the file system in words; null for others, those of a connection among them. */
export function cacheFailure(error: unknown): Failure | null {
  const { syscall, path, message, code } = (error ?? {}) as NodeJS.ErrnoException;
  const ofFiles = syscall !== undefined && syscall !== 'connect' && (path !== undefined || isLack(error));
  if (!ofFiles) return null;
  const next = code === 'ENOSPC' || code === 'EDQUOT' ? 'make room, or set' : 'set';
  return environmentFailure(
    `expected a cache directory that can be written, got ${message}; ${next} BACKPROOF_CACHE to another one`,
  );
}
