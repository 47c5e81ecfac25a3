import { environmentFailure, type Failure, usageFailure } from './errors.ts';

/** Lacks of a disk, a folder or a device: no fault of the path that was given. With the next step for the user. */
const LACKS: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on that disk',
  EDQUOT: 'make room within the quota',
  EROFS: 'that disk can only be read: name another place',
  EACCES: 'change its permissions or name another place',
  EPERM: 'change its permissions or name another place',
  EIO: 'see to that disk, or name another place',
  EMFILE: 'close programs, or allow more open files (ulimit -n)',
  ENFILE: 'close programs, or allow more open files',
};

/** The error of a call to the system, by its code; null for any other error. */
const systemError = (error: unknown): NodeJS.ErrnoException | null => {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string' ? (error as NodeJS.ErrnoException) : null;
};

/** Whether the surroundings are at fault: a full disk, one that cannot be written, permissions, a broken device. */
export const isLack = (error: unknown): boolean => LACKS[systemError(error)?.code ?? ''] !== undefined;

/**
 * The failure for an error of the file system: exit code 5 where the disk, the folder or the device is at fault, 2 where
 * the path is.
 * @param expected begins the message, and names the path: `--out X: expected a folder that can be written`
 * @param next the next step where the path is at fault
 */
export function fileFailure(expected: string, error: unknown, next: string): Failure {
  const { message = String(error), code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const lack = isLack(error) ? LACKS[code] : undefined;
  return lack === undefined
    ? usageFailure(`${expected}, got ${message}; ${next}`)
    : environmentFailure(`${expected}, got ${message}; ${lack}`);
}

/** The same for an error that nobody has foreseen where it was thrown; null where the surroundings are not at fault. */
export function lackFailure(error: unknown): Failure | null {
  const found = systemError(error);
  if (found === null || !isLack(found)) return null;
  return fileFailure(`expected to ${found.syscall} ${found.path ?? 'a file'}`, found, '');
}
