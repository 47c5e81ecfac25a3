import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumOf, type PublishedFile } from './published.ts';

/** The cached copy of a published file. */
export interface CachedFile {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly present: boolean;
  /** null if it is not present */
  readonly bytes: number | null;
  /** The file has one of these two, whichever was published; null if it is not present. */
  readonly md5?: string | null;
  readonly sha256?: string | null;
  /** Whether it matches the published checksum; only then is it used. */
  readonly verified: boolean;
}

/** Looks up a published file in the cache and verifies its checksum. */
export async function inspectCached(directory: string, file: PublishedFile): Promise<CachedFile> {
  const path = join(directory, file.name);
  const about = { name: file.name, url: file.url, path };
  const [algorithm, expected] = checksumOf(file);
  const hash = createHash(algorithm);
  let bytes = 0;
  try {
    // Reading a FIFO would block.
    if (!(await stat(path)).isFile()) throw new Error('no file');
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch {
    return { ...about, present: false, bytes: null, [algorithm]: null, verified: false };
  }
  const found = hash.digest('hex');
  return { ...about, present: true, bytes, [algorithm]: found, verified: found === expected };
}
