import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, Failure } from '../../system/errors.ts';
import { cacheFailure, PART } from './cacheFolder.ts';
import { checksumOf, type PublishedFile } from './published.ts';
import { reasonOf } from './reason.ts';
import { request, Unrepeatable } from './request.ts';

/** Settings of a download; the defaults suit the published files. */
export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Called as bytes arrive; total is null if the server does not say. */
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
  /** Milliseconds without an answer or a byte after which an attempt is abandoned. */
  readonly stallMs?: number;
  /** Milliseconds for all attempts together, after which the download is abandoned even if bytes still arrive. */
  readonly totalMs?: number;
  /** Number of attempts in total. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly backOffMs?: number;
  /** Allows plain http addresses, for servers on this machine. */
  readonly allowHttp?: boolean;
}

const NEXT = 'try again later, give a local copy with --data PATH, or go on with --data synthetic';

/** A file that no source could deliver. */
export class DownloadFailure extends Failure {
  /** @param facts per source, what was expected and what came */
  constructor(readonly facts: readonly string[]) {
    super(EXIT.environment, [...facts, NEXT].join('; '));
  }
}

/**
 * Downloads a published file to `path`, whose folder must exist. The bytes go to a temporary file beside it, which is
 * renamed only if its checksum is the published one; otherwise it is removed.
 *
 * @throws Failure (environment) if the file cannot be downloaded whole: network, HTTP error, stall, time, size,
 *   checksum
 * @throws the signal's reason if it was aborted
 */
export async function download(
  file: PublishedFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { signal, attempts = 3, backOffMs = 500, totalMs = 300_000, allowHttp = false } = options;
  if (!allowHttp && !file.url.startsWith('https://')) {
    throw new DownloadFailure([`${file.name}: expected an https address, got ${file.url}`]);
  }
  const stop = new AbortController();
  const aborted = (): void => stop.abort();
  signal?.addEventListener('abort', aborted, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, totalMs);
  let reason = '';
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        signal?.throwIfAborted();
        if (attempt > 1) await pause(pauseBefore(attempt, backOffMs), undefined, { signal: stop.signal });
        await downloadOnce(file, path, { ...options, signal: stop.signal });
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Failure) throw error;
        reason = late ? `no end of it within ${totalMs / 1000} s` : reasonOf(error);
        if (error instanceof Unrepeatable || late) break;
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
  }
  throw new DownloadFailure([`${file.name}: expected a download from ${file.url}, got ${reason}`]);
}

/** Milliseconds before an attempt, from the second on: doubled each time. */
export const pauseBefore = (attempt: number, backOffMs: number): number => backOffMs * 2 ** (attempt - 2);

async function downloadOnce(file: PublishedFile, path: string, options: DownloadOptions): Promise<void> {
  const temporary = `${path}.${randomUUID()}${PART}`;
  try {
    const [algorithm, expected] = checksumOf(file);
    const found = await store(file, algorithm, temporary, options);
    if (found !== expected) throw new Error(`${algorithm} ${found} where ${expected} was expected`);
    await rename(temporary, path);
  } catch (error) {
    throw cacheFailure(error) ?? error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Streams the body into a new file; returns its checksum. */
async function store(
  file: PublishedFile,
  algorithm: string,
  temporary: string,
  options: DownloadOptions,
): Promise<string> {
  const hash = createHash(algorithm);
  const handle = await open(temporary, 'wx');
  try {
    let bytes = 0;
    for await (const { chunk, total } of request(file.url, options)) {
      bytes += chunk.length;
      if (Math.max(bytes, total ?? 0) > file.maxBytes) {
        throw new Unrepeatable(
          `${Math.max(bytes, total ?? 0)} bytes or more where at most ${file.maxBytes} were expected`,
        );
      }
      hash.update(chunk);
      await handle.writeFile(chunk);
      options.onProgress?.(file.name, bytes, total);
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}
