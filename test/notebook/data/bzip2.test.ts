import { describe, expect, it } from '@jest/globals';
import { decodeBzip2, isBzip2 } from '../../../src/notebook/data/bzip2.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { collect, failureOf, inChunks, NINETY, NINETY_BZIP2, WORD_BZIP2 } from './fixtures.ts';

const decode = (bytes: Uint8Array, chunkSize?: number): Promise<Buffer> =>
  collect(decodeBzip2(inChunks(bytes, chunkSize), 'digits.bz2'));

/** Start of the second block: after bit 9,386, so that the first ends within byte 1,173. */
const SECOND_BLOCK = 1173;

describe('isBzip2', () => {
  it('goes by the first bytes', () => {
    expect(isBzip2(WORD_BZIP2)).toBe(true);
    expect(isBzip2(Buffer.from('7 1:-1'))).toBe(false);
    expect(isBzip2(Buffer.from('BZ'))).toBe(false);
  });
});

describe('decodeBzip2', () => {
  it.each([1, 100, 1 << 20])('decodes a stream of two blocks, in pieces of %d', async (size) => {
    expect((await decode(NINETY_BZIP2, size)).toString()).toBe(NINETY);
  });

  it('decodes streams one after the other, of different block sizes', async () => {
    const level9 = Buffer.from(WORD_BZIP2);
    level9[3] = '9'.charCodeAt(0);
    const both = Buffer.concat([WORD_BZIP2, level9]);
    expect((await decode(both)).toString()).toBe('backproof\nbackproof\n');
  });

  it('decodes a block of 3 million equal bytes, as Python compresses it', async () => {
    const bytes = Buffer.from(
      'QlpoOTFBWSZTWaQp0GoAFvoBCKAAQAAACCAAMMwJqmmpAi2pIEXi7kinChIUhToNQA==',
      'base64',
    );
    const decoded = await decode(bytes);
    expect(decoded.length).toBe(3_000_000);
    expect(decoded.every((byte) => byte === 97)).toBe(true);
  });

  it('decodes streams that end with a whole byte, as Python compresses them', async () => {
    const whole = Buffer.from(
      'QlpoMTFBWSZTWSat2AoAAAVRgAAQQAASRIygIAAiANGQgGmmjbocSQivF3JFOFCQJq3YCg==',
      'base64',
    );
    expect((await decode(Buffer.concat([whole, whole]))).toString()).toBe('whole bytes\nwhole bytes\n');
  });

  it('decodes two files at the same time', async () => {
    const decoded = await Promise.all([decode(NINETY_BZIP2, 500), decode(WORD_BZIP2, 1)]);
    expect(decoded.map(String)).toEqual([NINETY, 'backproof\n']);
  });

  it('notices a file that ends early, at every place', async () => {
    for (let length = 1; length < WORD_BZIP2.length; length++) {
      const failure = await failureOf(decode(WORD_BZIP2.subarray(0, length)));
      expect(failure.exitCode).toBe(EXIT.usage);
      expect(failure.message).toBe(
        'digits.bz2: expected whole bzip2 data, got damage: the file is truncated ' +
          '(the file ends in the middle of the compressed data); fetch or copy the file again',
      );
    }
  });

  it('notices a file that ends where a block ends, or before the end of the stream', async () => {
    const end = NINETY_BZIP2.length;
    const block = [-1, 0, 1, 2, 6, 12].map((distance) => SECOND_BLOCK + distance);
    for (const length of [...block, ...Array.from({ length: 12 }, (_, i) => end - 1 - i)]) {
      expect((await failureOf(decode(NINETY_BZIP2.subarray(0, length)))).message).toContain('truncated');
    }
  });

  it('notices every flipped bit that changes what comes out', async () => {
    let noticed = 0;
    for (let bit = 0; bit < 8 * WORD_BZIP2.length; bit++) {
      const flipped = Buffer.from(WORD_BZIP2);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = await decode(flipped).then(String, (error: Error) => error.message);
      if (outcome === 'backproof\n') continue;
      expect(outcome).toMatch(/^digits\.bz2: expected whole bzip2 data, got damage: /);
      noticed++;
    }
    // All bits but the padding of the last byte and the level in the header.
    expect(noticed).toBeGreaterThan(8 * WORD_BZIP2.length - 20);
  });

  it('says so where a checksum does not match', async () => {
    const wrong = Buffer.from(WORD_BZIP2);
    wrong[10]! ^= 1; // the checksum of the block
    expect((await failureOf(decode(wrong))).message).toContain('a checksum inside it does not match');
  });

  it('notices garbage behind the stream', async () => {
    const failure = await failureOf(decode(Buffer.concat([WORD_BZIP2, Buffer.from('garbage')])));
    expect(failure.message).toContain('corrupt');
  });
});
