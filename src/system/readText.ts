import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Failure, usageFailure } from './errors.ts';
import { fileFailure } from './fileFailure.ts';

/** The longest string in JavaScript, in characters. */
const LONGEST = 2 ** 29 - 24;

/**
 * The text of a file, without a byte order mark; undefined if it does not exist.
 * @param what the name of the file in messages
 * @throws Failure (usage) if it is not a regular file, such as a folder or a FIFO, or is too long; (environment) if
 *   permissions or the disk are at fault
 */
export async function readText(path: string, what: string): Promise<string | undefined> {
  try {
    // Opening a FIFO without a writer would block, and not even a signal would end that.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat();
      const kind = kindOf(stats);
      if (kind !== 'a file') throw usageFailure(`${what}: expected a file, got ${kind} of that name`);
      if (stats.size > LONGEST)
        throw usageFailure(
          `${what}: expected a file of at most ${LONGEST} bytes, got ${stats.size}; make it anew with a smaller run`,
        );
      return (await file.readFile('utf8')).replace(/^\uFEFF/, '');
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof Failure) throw error;
    throw fileFailure(`${what}: expected a file that can be read`, error, 'give another');
  }
}

export type Kind = 'a file' | 'a folder' | 'a FIFO' | 'a socket' | 'a device';

/** The kind of an entry of the file system, in words. */
export function kindOf(stats: Stats): Kind {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}
