import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure, usageFailure } from '../../system/errors.ts';
import { fileFailure } from '../../system/fileFailure.ts';
import { decodeBzip2, isBzip2 } from './bzip2.ts';
import type { Images, SourceFile } from './images.ts';
import { parseLibsvm } from './libsvm.ts';

/** The images of one file, and the file as stored on disk. */
export interface ImageFile {
  readonly images: Images;
  readonly file: SourceFile;
}

/**
 * Reads one file of images in the libsvm text form, plain, bzip2 or gzip (recognized by the first bytes).
 *
 * @throws Failure (usage) if it is not a file, is damaged, or has a wrong line; (environment) if permissions or the
 *   disk are at fault
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

/** The bytes, decompressed if they start as bzip2 or gzip does. */
async function* unpacked(stored: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const first = await stored.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    yield* stored;
  })();
  if (isBzip2(first.value)) yield* decodeBzip2(whole, path);
  else if (isGzip(first.value)) yield* decodeGzip(whole, path);
  else yield* whole;
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function* decodeGzip(packed: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  // An error destroys the unpacked stream, and is thrown where that is read below.
  const unpackedStream = pipeline(packed, createGunzip(), () => {});
  try {
    yield* unpackedStream as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw usageFailure(
      `${path}: expected whole gzip data, got ${(error as Error).message}; give another --data`,
    );
  }
}
