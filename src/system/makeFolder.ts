import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and its parents. Node's own `recursive` reports ENOENT for a read-only disk, and never returns where
 * the system refuses a folder with ENOENT, as /proc does.
 *
 * @throws the system's own error
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = dirname(resolve(folder));
  // The root of a drive that is not there is its own parent.
  if (parent !== dirname(parent) && !existsSync(parent)) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
