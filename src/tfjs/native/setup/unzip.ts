import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/** A file inside a zip archive. */
interface Member {
  readonly name: string;
  readonly stored: boolean;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks files of a zip archive (PKWARE's APPNOTE: below 4 GB, stored or deflated, as wheels are) and verifies their
 * lengths and checksums.
 *
 * @param target the path below `folder` for a member; null to skip it
 * @returns the number of bytes written to each path
 */
export async function unzip(
  archive: string,
  folder: string,
  target: (name: string) => string | null,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  const handle = await open(archive, 'r');
  try {
    for (const member of await readDirectory(handle)) {
      const path = target(member.name);
      if (path === null) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await unpack(archive, handle, member, join(folder, path), signal);
      written.set(path, member.bytes);
    }
  } finally {
    await handle.close();
  }
  return written;
}

async function readDirectory(handle: FileHandle): Promise<Member[]> {
  const { size } = await handle.stat();
  // The end record is 22 bytes plus a comment of at most 65,535.
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const endMark = Buffer.alloc(4);
  endMark.writeUInt32LE(END_OF_DIRECTORY);
  const end = tail.lastIndexOf(endMark);
  if (end < 0) throw new Error('zip: expected an end-of-directory record, got none');
  const directory = await readAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members: Member[] = [];
  for (let at = 0; at < directory.length; ) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('zip: the directory is damaged');
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const method = directory.readUInt16LE(at + 10);
    if (method !== STORED && method !== DEFLATED) throw new Error(`zip: ${name} has method ${method}`);
    members.push({
      name,
      stored: method === STORED,
      crc: directory.readUInt32LE(at + 16),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerAt: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

async function unpack(
  archive: string,
  handle: FileHandle,
  member: Member,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const header = await readAt(handle, member.headerAt, 30);
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw new Error(`zip: ${member.name} has no header`);
  const start = member.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  let crc = 0;
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const output = createWriteStream(path, { flags: 'wx' });
  const options = signal ? { signal } : {};
  const end = start + member.compressedBytes - 1;
  const input =
    end < start ? Readable.from([]) : createReadStream(archive, { start, end, highWaterMark: 1 << 20 });
  if (member.stored) await pipeline(input, count, output, options);
  else await pipeline(input, createInflateRaw({ chunkSize: 1 << 20 }), count, output, options);
  if (bytes !== member.bytes || crc !== member.crc) throw new Error(`zip: ${member.name} is damaged`);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new Error(`zip: expected ${length} bytes at ${position}, got ${bytesRead}`);
  return buffer;
}
