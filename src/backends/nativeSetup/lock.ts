import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { surroundingsFailure } from '../../errors.ts';

/** After so long a lock counts as left behind, whoever wrote it. */
const STALE_MS = 60 * 60 * 1000;

/**
 * Does `work` while nobody else does theirs under the same folder's lock.
 *
 * @throws Failure (surroundings) where somebody else holds it
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  if (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder !== null) {
      throw surroundingsFailure(
        `setup-native: expected to be the only one at work in ${folder}, got ${holder}; ` +
          'when that has ended: backproof setup-native',
      );
    }
    // Of several that find it stale, one moves it away; the others fail to take it again.
    const stale = `${path}-${randomUUID()}`;
    await rename(path, stale).catch(() => undefined);
    await rm(stale, { force: true });
    return withLock(folder, work);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds the lock, in words; null where nobody does any more. */
async function holderOf(path: string): Promise<string | null> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > STALE_MS) return null;
    const { pid, host } = JSON.parse((await readFile(path, 'utf8')) || '{}') as Partial<Holder>;
    if (pid === undefined) return 'another process';
    return host !== hostname() || isAlive(pid) ? `process ${pid} on ${host}` : null;
  } catch {
    return null;
  }
}

interface Holder {
  pid: number;
  host: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
