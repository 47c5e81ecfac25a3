import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Failure } from './errors.ts';

export interface LockOptions {
  /** After so long without a sign of life, which its holder gives often enough, it counts as left behind. */
  readonly staleMs: number;
  /** The error thrown where somebody else holds it, who is given in words. */
  refusal(holder: string): Failure;
}

/** Does `work` while nobody else does theirs under the same lock file. */
export async function withLockFile<T>(
  path: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (!(await take(path))) {
    const holder = await holderOf(path, options.staleMs);
    if (holder !== null) throw options.refusal(holder);
    // Of several that find it stale, one moves it away; the others fail to take it again.
    const stale = `${path}-${randomUUID()}`;
    await rename(path, stale).catch(() => undefined);
    await rm(stale, { force: true });
    return withLockFile(path, options, work);
  }
  const sign = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, options.staleMs / 8).unref();
  try {
    return await work();
  } finally {
    clearInterval(sign);
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
async function holderOf(path: string, staleMs: number): Promise<string | null> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > staleMs) return null;
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
