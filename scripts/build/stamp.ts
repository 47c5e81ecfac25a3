// Tells whether a build would change anything: by the hash of all its inputs, and of the files that it wrote.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { compiledFiles } from './webassembly.ts';

/** Outside of dist, which is packed. npm ci removes it together with the bundled dependencies. */
const stampFile = (root: string): string => join(root, 'node_modules', '.cache', 'backproof', 'build.json');

/** Dependencies are included by their versions, from package-lock.json. */
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

/** The hash of the contents of all inputs. */
export async function digestOfInputs(root: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await filesIn(root, inputs)).filter((file) => !compiledFiles.includes(file));
  const contents = await Promise.all(files.map((file) => readFile(join(root, file))));
  for (const [at, file] of files.entries()) hash.update(`${file}\n`).update(contents[at]!);
  return hash.digest('hex');
}

/** The hash of the names, sizes and times of all files written. */
async function digestOfOutputs(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(root, ['dist', ...compiledFiles])) {
    const { size, mtimeMs } = await stat(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** The extent of a build: the whole package, or what the program needs. */
export type Built = (typeof BUILT)[number];
const BUILT = ['package', 'program'] as const;

/** The extent of the last build; null if its inputs differed, it did not finish, or its files were changed. */
export async function readStamp(root: string, inputsNow: string): Promise<Built | null> {
  const stamp = await readFile(stampFile(root), 'utf8').catch(() => null);
  if (stamp === null) return null;
  const outputs = await digestOfOutputs(root);
  return BUILT.find((built) => stamp === textOf(inputsNow, outputs, built)) ?? null;
}

const textOf = (inputs: string, outputs: string, built: Built): string =>
  JSON.stringify([inputs, outputs, built]);

/** Call this before writing anything: until `setStamp`, nothing counts as built. */
export const removeStamp = (root: string): Promise<void> => rm(stampFile(root), { force: true });

/** Call this at the end of a build. @param inputsRead the digest before the build: the inputs may have changed since */
export async function setStamp(root: string, inputsRead: string, built: Built): Promise<void> {
  await mkdir(dirname(stampFile(root)), { recursive: true });
  await writeFile(stampFile(root), textOf(inputsRead, await digestOfOutputs(root), built));
}

/** The files at these paths, relative to the root and with slashes; for a folder, all files below it. */
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
