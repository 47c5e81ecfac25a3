import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentFailure } from '../../../system/errors.ts';
import { withLockFile } from '../../../system/lock.ts';

const STALE_MS = 60 * 60 * 1000;

/**
 * Does `work` while nobody else does theirs under the same folder's lock.
 *
 * @throws Failure (environment) where somebody else holds it
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const refusal = (holder: string) =>
    environmentFailure(
      `setup-native: expected to be the only one at work in ${folder}, got ${holder}; ` +
        'when that has ended: backproof setup-native',
    );
  return withLockFile(join(folder, 'lock'), { staleMs: STALE_MS, refusal }, work);
}
