import core from 'unbzip2-stream/lib/bzip2.js';
import { usageFailure } from '../../system/errors.ts';
import { reasonOf } from './reason.ts';

/** The first bytes of every bzip2 file. */
const MAGIC = [0x42, 0x5a, 0x68] as const; // BZh

/** More bytes than a block of level 1 can need, headers included: at most 20 bits per symbol. */
const BLOCK_BYTES = 300_000;

const TRUNCATED = 'the file ends in the middle of the compressed data';

/** Whether a file that starts with these bytes is bzip2; its name does not matter. */
export const isBzip2 = (start: Uint8Array): boolean => MAGIC.every((byte, index) => start[index] === byte);

/** Reads the compressed bytes bit by bit, the highest bit first. */
class BitReader {
  #bytes = new Uint8Array(0);
  #next = 0;
  #held = 0;
  #heldBits = 0;

  /** Number of whole bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#next;
  }

  append(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.left + chunk.length);
    joined.set(this.#bytes.subarray(this.#next));
    joined.set(chunk, this.left);
    this.#bytes = joined;
    this.#next = 0;
  }

  /** The next bits (up to 32) as an integer; null skips to the next whole byte. */
  readonly read = (count: number | null): number => {
    if (count === null) {
      this.#heldBits = 0;
      return 0;
    }
    if (count > 16) return (this.read(count - 16) << 16) | this.read(16);
    while (this.#heldBits < count) {
      const byte = this.#bytes[this.#next++];
      if (byte === undefined) throw new Error(TRUNCATED);
      this.#held = ((this.#held & 0xffff) << 8) | byte;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1);
  };
}

/** Collects the decoded bytes of one block. */
class Output {
  #bytes = new Uint8Array(1 << 20);
  #length = 0;

  readonly put = (byte: number): void => {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  };

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }
}

/**
 * Decodes bzip2 block by block, one or more streams one after the other. Checksums of blocks and streams are verified,
 * and a truncated file is detected, since the end of each stream must be read.
 *
 * @param chunks the bytes as stored
 * @param file the name for messages
 * @throws Failure (usage) if the bytes are truncated or corrupt
 */
export async function* decodeBzip2(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  const bits = new BitReader();
  const output = new Output();
  // The core keeps its tables on `this`, so each stream needs its own object.
  const decoder = Object.create(core) as typeof core;
  let level = 0; // 0: before a header
  let checksum = 0;
  let work = new Int32Array(0);

  const step = (): void => {
    if (level === 0) {
      level = decoder.header(bits.read);
      checksum = 0;
      if (work.length !== level * 100_000) work = new Int32Array(level * 100_000);
      return;
    }
    const running = decoder.decompress(bits.read, output.put, work, work.length, checksum);
    if (running === null) level = 0;
    else checksum = running;
  };
  const attempt = (): Uint8Array => {
    try {
      step();
    } catch (error) {
      throw damaged(file, error);
    }
    return output.take();
  };

  for await (const chunk of chunks) {
    bits.append(chunk);
    while (bits.left > Math.max(1, level) * BLOCK_BYTES) yield attempt();
  }
  while (level !== 0 || bits.left > 0) yield attempt();
}

/** The core's messages are for its author (`meow`); only the two that mean something are passed on. */
function damaged(file: string, error: unknown): Error {
  const message = reasonOf(error);
  const reason =
    message === TRUNCATED
      ? `the file is truncated (${message})`
      : message.includes('crc32')
        ? 'the file is corrupt (a checksum inside it does not match)'
        : 'the file is corrupt';
  return usageFailure(
    `${file}: expected whole bzip2 data, got damage: ${reason}; fetch or copy the file again`,
  );
}
