import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Releases a folder. */
export type Release = () => Promise<void>;

/**
 * Locks a folder, which must exist, for this process. The lock is the operating system's own and ends with the process,
 * no matter how: so there are no stale locks to detect.
 *
 * @returns a function that releases it, or null if another process holds it
 */
export async function lockFolder(folder: string): Promise<Release | null> {
  if (process.platform === 'win32')
    return listenOn(`\\\\.\\pipe\\${nameOf(statSync(folder, { bigint: true }))}`);
  // Kept open while the lock is held: otherwise the inode of a removed folder could soon belong to another one.
  const open = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  let release: Release | null = null;
  try {
    const name = nameOf(fstatSync(open, { bigint: true }));
    release = await (process.platform === 'linux'
      ? listenOn(`\0${name}`)
      : openExclusively(join(tmpdir(), `${name}.lock`)));
  } finally {
    if (release === null) closeSync(open);
  }
  return release === null ? null : () => release().finally(() => closeSync(open));
}

/** Identifies the folder itself, not its path: several links may lead to it. */
const nameOf = ({ dev, ino }: BigIntStats): string => `backproof-${dev}-${ino}`;

/**
 * Listens on a name that only one process can hold and that is not a file: Linux's abstract sockets, Windows' pipes.
 */
function listenOn(name: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(name, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
    // Holding a lock must not keep the process alive.
    server.unref();
  });
}

/** From fcntl.h of the BSDs and macOS: locks a file when opening it. */
const O_EXLOCK = 0x20;

function openExclusively(path: string): Release | null {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  try {
    const file = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK, 0o600);
    return async () => closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}
