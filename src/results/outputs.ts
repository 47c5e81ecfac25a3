import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { environmentFailure, Failure } from '../system/errors.ts';
import { fileFailure } from '../system/fileFailure.ts';
import { lockFolder } from '../system/lock.ts';
import { makeFolder } from '../system/makeFolder.ts';

/** The name of a file while it is written. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);

/** Matches the names made by temporaryBeside. */
const TEMPORARY = /^\..*\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** The folders that this process has locked until it ends. */
const taken = new Set<string>();

/**
 * Makes sure, before any work, that results can be written to the folder, and locks it against other processes until
 * this process ends. Removes temporary files of a killed run.
 *
 * @throws Failure (usage) if the path is not a folder; (environment) if the folder cannot be written, or another
 *   process has locked it
 */
export async function prepareOutputs(folder: string): Promise<void> {
  if (taken.has(resolve(folder))) return;
  const expected = `--out ${folder}: expected a folder that can be written`;
  const probe = temporaryBeside(join(folder, 'probe'));
  try {
    await makeFolder(folder);
    if ((await lockFolder(folder)) === null) {
      throw environmentFailure(
        `--out ${folder}: expected to be the only one that writes there, got another backproof at work; ` +
          'wait for its end or choose another folder',
      );
    }
    taken.add(resolve(folder));
    // One byte, because a full disk still accepts an empty file.
    await writeFile(probe, '\n', { flush: true });
    for (const name of await readdir(folder)) if (TEMPORARY.test(name)) await rm(join(folder, name));
  } catch (error) {
    await rm(probe).catch(() => undefined);
    throw error instanceof Failure ? error : fileFailure(expected, error, 'choose another');
  }
}
