import { environmentFailure, type Failure, usageFailure } from './errors.ts';

/**
 * Failures of a disk, a folder or a device that are not the fault of the given path, with the next step for the user.
 */
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

/** The error of a system call, recognized by its code; null for any other error. */
const systemError = (error: unknown): NodeJS.ErrnoException | null => {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string' ? (error as NodeJS.ErrnoException) : null;
};

/** Whether the environment is at fault: a full or read-only disk, permissions, a broken device. */
export const isLack = (error: unknown): boolean => LACKS[systemError(error)?.code ?? ''] !== undefined;

/**
 * The failure for an error of the file system: exit code 5 if the disk, the folder or the device is at fault, 2 if the
 * path is.
 * @param expected the start of the message, with the path: `--out X: expected a folder that can be written`
 * @param next the next step if the path is at fault
 */
export function fileFailure(expected: string, error: unknown, next: string): Failure {
  const { message = String(error), code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const lack = isLack(error) ? LACKS[code] : undefined;
  return lack === undefined
    ? usageFailure(`${expected}, got ${message}; ${next}`)
    : environmentFailure(`${expected}, got ${message}; ${lack}`);
}

/** The same for an error that no caller expected; null if the environment is not at fault. */
export function lackFailure(error: unknown): Failure | null {
  const found = systemError(error);
  if (found === null || !isLack(found)) return null;
  return fileFailure(`expected to ${found.syscall} ${found.path ?? 'a file'}`, found, '');
}
