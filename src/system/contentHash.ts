import { createHash } from 'node:crypto';

/** The hash of a script or style for a Content-Security-Policy, which allows exactly this text. */
export const contentHash = (source: string): string =>
  `'sha256-${createHash('sha256').update(source, 'utf8').digest('base64')}'`;
