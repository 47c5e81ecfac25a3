import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { Failure } from '../../../src/system/errors.ts';

/** One line of the libsvm text form, without the newline. */
export function imageLine(
  label: number | string,
  valueAt: (index: number) => number | string = () => -1,
): string {
  const values = Array.from({ length: 256 }, (_, i) => `${i + 1}:${valueAt(i + 1)}`);
  return `${label} ${values.join(' ')}`;
}

/** 90 black images of the digits 0..9 in turn; as text, 151,749 bytes. */
export const NINETY = Array.from({ length: 90 }, (_, i) => `${imageLine((i % 10) + 1)}\n`).join('');

/** NINETY compressed by `bzip2 -1`: one stream of two blocks. */
export const NINETY_BZIP2: Uint8Array = readFileSync(
  join(dirname(fileURLToPath(import.meta.url)), 'fixtures', 'ninety.bz2'),
);

/** `backproof` and a newline, compressed by `bzip2 -1`. */
export const WORD_BZIP2: Uint8Array = Buffer.from(
  'QlpoMTFBWSZTWfBCX2EAAAFBgAAQOQjQACAAIgyZNCDJiNILWTp4u5IpwoSHghL7CA==',
  'base64',
);

/** The bytes in pieces of the given size. */
export async function* inChunks(content: string | Uint8Array, size = 4096): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The Failure that a promise is rejected with; any other outcome fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

export const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** A new empty folder, removed after the suite. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backproof-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
