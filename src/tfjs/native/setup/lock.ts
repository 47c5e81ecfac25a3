import { environmentFailure } from '../../../system/errors.ts';
import { lockFolder } from '../../../system/lock.ts';
import { makeFolder } from '../../../system/makeFolder.ts';

/**
 * Runs `work` while no other process runs its own in the same folder.
 *
 * @throws Failure (environment) if another process is at work there
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(folder);
  const release = await lockFolder(folder);
  if (release === null) {
    throw environmentFailure(
      `setup-native: expected to be the only one at work in ${folder}, got another backproof; ` +
        'when that has ended: backproof setup-native',
    );
  }
  try {
    return await work();
  } finally {
    await release();
  }
}
