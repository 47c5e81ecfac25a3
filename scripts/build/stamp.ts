// Knows whether a build would make anything new: by the hash of all that it reads, and by what it wrote.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { compiledFiles } from './webassembly.ts';

const root = packageRoot();
/** Outside of dist, which is packed. npm ci removes it together with the dependencies that were bundled. */
const stampFile = join(root, 'node_modules', '.cache', 'backproof', 'build.json');

/** Dependencies count by their versions. */
const inputs = [
  'src',
  'scripts/build.ts',
  'scripts/build',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.types.json',
  'LICENSE',
];

/** Of the contents of all inputs. */
export async function digestOfInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(inputs))
    if (!compiledFiles.includes(file)) hash.update(`${file}\n`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** Of the names, sizes and times of all that was written. */
async function digestOfOutputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(['dist', ...compiledFiles])) {
    const { size, mtimeMs } = await stat(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Whether the last build read the same inputs, came to its end, and what it wrote is untouched. */
export async function isUpToDate(inputsNow: string): Promise<boolean> {
  const stamp = await readFile(stampFile, 'utf8').catch(() => null);
  return stamp !== null && stamp === JSON.stringify([inputsNow, await digestOfOutputs()]);
}

/** To be called before anything is written: until `setStamp`, nothing counts as built. */
export const removeStamp = (): Promise<void> => rm(stampFile, { force: true });

/** To be called at the end of a build. @param inputsRead as they were before it: they may have changed since */
export async function setStamp(inputsRead: string): Promise<void> {
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, JSON.stringify([inputsRead, await digestOfOutputs()]));
}

/** The files of these paths, relative to the root; folders with all that is below them, missing ones without any. */
async function filesIn(paths: readonly string[]): Promise<string[]> {
  const lists = paths.map(async (path) => {
    const found = await stat(join(root, path)).catch(() => null);
    if (found === null) return [];
    if (!found.isDirectory()) return [path];
    const below = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    return below.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  });
  return (await Promise.all(lists))
    .flat()
    .map((path) => path.replace(`${root}/`, ''))
    .sort();
}
