import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a folder back. */
export type Release = () => Promise<void>;

/**
 * Takes a folder, which must be there, for this process. The lock is the operating system's own, and goes with the
 * process however it ends: none is ever left behind, so that none must be found stale and taken over.
 *
 * @returns how to give it back, or null where it is taken
 */
export async function lockFolder(folder: string): Promise<Release | null> {
  if (process.platform === 'win32')
    return listenOn(`\\\\.\\pipe\\${nameOf(statSync(folder, { bigint: true }))}`);
  // Open as long as it is held: the number of a folder that is removed meanwhile would soon be another folder's.
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

/** The folder itself, not its path: links lead to the same one. */
const nameOf = ({ dev, ino }: BigIntStats): string => `backproof-${dev}-${ino}`;

/** A name that one process at a time can listen on, and that is no file: Linux's abstract sockets, Windows' pipes. */
function listenOn(name: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(name, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
    // To hold a folder is no reason to go on.
    server.unref();
  });
}

/** Of the BSDs and macOS, in fcntl.h: locks a file as it opens it. */
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
