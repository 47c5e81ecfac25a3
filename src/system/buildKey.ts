import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './packageRoot.ts';

let known: string | undefined;

/**
 * A hash of the modules in dist/ and of the runtime, computed once in this process. Reads them synchronously: on the
 * event loop, each file would wait for other work.
 */
export const buildKey = (): string => (known ??= hashOfBuild());

function hashOfBuild(): string {
  const dist = join(packageRoot(), 'dist');
  const files = readdirSync(dist).filter((file) => file.endsWith('.js'));
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files.sort()) hash.update(`\n${file}\n`).update(readFileSync(join(dist, file)));
  return hash.digest('hex');
}
