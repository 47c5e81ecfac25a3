// Knows whether a build would make anything new: by the hash of all that it reads, and by what it wrote.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { compiledFiles } from './webassembly.ts';

/** Outside of dist, which is packed. npm ci removes it together with the dependencies that were bundled. */
const stampFile = (root: string): string => join(root, 'node_modules', '.cache', 'backproof', 'build.json');

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
export async function digestOfInputs(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(root, inputs))
    if (!compiledFiles.includes(file)) hash.update(`${file}\n`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** Of the names, sizes and times of all that was written. */
async function digestOfOutputs(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(root, ['dist', ...compiledFiles])) {
    const { size, mtimeMs } = await stat(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** How much a build has built. */
export type Built = 'with types' | 'without types';

/** How much the last build has built; null where it read other inputs, did not come to its end, or what it wrote was touched. */
export async function readStamp(root: string, inputsNow: string): Promise<Built | null> {
  const text = await readFile(stampFile(root), 'utf8').catch(() => null);
  if (text === null) return null;
  const [inputs, outputs, built]: [string, string, Built] = JSON.parse(text);
  return inputs === inputsNow && outputs === (await digestOfOutputs(root)) ? built : null;
}

/** To be called before anything is written: until `setStamp`, nothing counts as built. */
export const removeStamp = (root: string): Promise<void> => rm(stampFile(root), { force: true });

/** To be called at the end of a build. @param inputsRead as they were before it: they may have changed since */
export async function setStamp(root: string, inputsRead: string, built: Built): Promise<void> {
  await mkdir(dirname(stampFile(root)), { recursive: true });
  await writeFile(stampFile(root), JSON.stringify([inputsRead, await digestOfOutputs(root), built]));
}

/** The files of these paths, relative to the root and with slashes; those of a folder are all below it. */
async function filesIn(root: string, paths: readonly string[]): Promise<string[]> {
  const lists = paths.map(async (path) => {
    const found = await stat(join(root, path)).catch(() => null);
    if (found === null) return [];
    if (!found.isDirectory()) return [path];
    const below = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    return below
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll(sep, '/'));
  });
  return (await Promise.all(lists)).flat().sort();
}
