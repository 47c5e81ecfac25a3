import { createHash } from 'node:crypto';

/** The text of a script or style as a source in a Content-Security-Policy: this very one may run, and no other. */
export const contentHash = (source: string): string =>
  `'sha256-${createHash('sha256').update(source, 'utf8').digest('base64')}'`;
