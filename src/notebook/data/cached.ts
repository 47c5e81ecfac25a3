import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishedFile } from './published.ts';

/** The file in the cache under a published file's name. */
export interface CachedFile {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly present: boolean;
  /** null where it is not present */
  readonly bytes: number | null;
  readonly md5: string | null;
  /** Whether it is the file as published; only then is it used. */
  readonly verified: boolean;
}

/** Looks a published file up in the cache and verifies its checksum. */
export async function inspectCached(directory: string, file: PublishedFile): Promise<CachedFile> {
  const path = join(directory, file.name);
  const about = { name: file.name, url: file.url, path };
  const hash = createHash('md5');
  let bytes = 0;
  try {
    // A FIFO would be waited for.
    if (!(await stat(path)).isFile()) throw new Error('no file');
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch {
    return { ...about, present: false, bytes: null, md5: null, verified: false };
  }
  const md5 = hash.digest('hex');
  return { ...about, present: true, bytes, md5, verified: md5 === file.md5 };
}
