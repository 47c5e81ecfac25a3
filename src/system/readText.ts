import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Failure, usageFailure } from './errors.ts';
import { fileFailure } from './fileFailure.ts';

/** The longest text that JavaScript holds, in characters. */
const LONGEST = 2 ** 29 - 24;

/**
 * The text of a file, without a byte order mark; undefined where there is none of that name.
 * @param what the file as messages name it
 * @throws Failure (usage) for what is no file, such as a folder or a FIFO, and for one that is too long; (environment)
 *   where permissions or the disk are at fault
 */
export async function readText(path: string, what: string): Promise<string | undefined> {
  try {
    // A FIFO that nobody writes to would be waited for, and not even a signal would end that.
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
