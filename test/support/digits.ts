import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';
import { cacheDirectory } from '../../src/system/cache.ts';
import { describeUnless } from './skip.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folder of the real digits: BACKPROOF_USPS, the cache, or ../shared/usps; null if none has both files. */
export function realDigitsPath(): string | null {
  const folders = [process.env.BACKPROOF_USPS, cacheDirectory(), join(ROOT, '..', 'shared', 'usps')];
  return folders.find((folder) => folder && holdsDigits(folder)) ?? null;
}

/** The folder of the golden trajectories, ../shared/golden; null if it is missing. */
export function goldenPath(): string | null {
  const folder = join(ROOT, '..', 'shared', 'golden');
  return existsSync(folder) ? folder : null;
}

/**
 * A suite that needs some files. Without them it is skipped with a visible line, or fails if CI is `true`.
 *
 * @param need a description of the files and where they are looked for
 * @param path null if they are missing
 */
export function describeWith(
  name: string,
  need: string,
  path: string | null,
  body: (path: string) => void,
): void {
  describeUnless(path === null ? `${need} not found` : null, name, () => {
    if (path !== null) return body(path);
    it(`needs ${need}`, () => {
      throw new Error(`${need} not found`);
    });
  });
}

/** A suite on the real digits; its body receives their folder. */
export const describeRealDigits = (name: string, body: (folder: string) => void): void =>
  describeWith(
    name,
    'the real digits (BACKPROOF_USPS, the cache or ../shared/usps: usps.bz2 and usps.t.bz2)',
    realDigitsPath(),
    body,
  );

function holdsDigits(folder: string): boolean {
  return ['usps', 'usps.t'].every(
    (name) => existsSync(join(folder, `${name}.bz2`)) || existsSync(join(folder, name)),
  );
}
