import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Failure } from '../../system/errors.ts';
import { fileFailure } from '../../system/fileFailure.ts';
import { decodeBzip2, isBzip2 } from './bzip2.ts';
import type { Images, SourceFile } from './images.ts';
import { parseLibsvm } from './libsvm.ts';

/** Images of one file, and the file as it lies on the disk. */
export interface ImageFile {
  readonly images: Images;
  readonly file: SourceFile;
}

/**
 * Reads one file of images in the libsvm text form, plain or bzip2 (told apart by the first bytes).
 *
 * @throws Failure (usage) where the file is none, is damaged, or has a line that is wrong; (environment) where permissions
 *   or the disk are at fault
 */
export async function readImages(path: string, signal?: AbortSignal): Promise<ImageFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* stored(): AsyncGenerator<Uint8Array> {
    const options = { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) };
    for await (const chunk of createReadStream(path, options) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    const images = await parseLibsvm(unpacked(stored(), path), path);
    return { images, file: { name: basename(path), bytes, sha256: hash.digest('hex') } };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw fileFailure(`--data: expected a readable file at ${path}`, error, 'check the path');
  }
}

/** The bytes as they are, or decoded where they start as bzip2 does. */
async function* unpacked(stored: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const first = await stored.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    yield* stored;
  })();
  yield* isBzip2(first.value) ? decodeBzip2(whole, path) : whole;
}
