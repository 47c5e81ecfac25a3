import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import { visible } from '../../system/visible.ts';
import type { CheckedFile } from './checkFile.ts';
import { EXTENSIONS, isModule } from './files.ts';

const ENDINGS = EXTENSIONS.map((extension) => extension.slice(1)).join(',');
/** The pattern that a folder is searched for. */
const IN_FOLDERS = `**/*.gradcheck.{${ENDINGS}}`;
const IGNORED = ['**/node_modules/**'];

/** Whether a folder's search would find a file of this path. */
export const isFoundInFolders = (path: string): boolean => /\.gradcheck\.[mc]?[tj]s$/.test(path);

/**
 * The modules that files, folders and globs mean, each once: in a folder those whose name says gradcheck, at any depth.
 * Any other target is a file, whether it is there or not. Those of one folder or glob are in
 * alphabetical order.
 * @throws Failure (usage) for a folder or a glob where there is none
 */
export async function findFiles(targets: readonly string[]): Promise<CheckedFile[]> {
  const found = new Map<string, CheckedFile>();
  for (const target of targets)
    for (const shownFile of await filesOf(target)) {
      const file = resolve(shownFile);
      if (!found.has(file)) found.set(file, { file, shownFile });
    }
  return [...found.values()];
}

/** The files of one target, as they are shown: relative to the working directory where the target is. */
async function filesOf(target: string): Promise<string[]> {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    const names = await search(IN_FOLDERS, target);
    if (names.length > 0) return names.map((name) => join(target, name));
    throw usageFailure(
      `${visible(target)}: expected files *.gradcheck.{${ENDINGS}} in this folder, got none`,
    );
  }
  // A name with brackets in it may be that of a file.
  if (stats !== undefined || !/[*?[\]{}!()]/.test(target)) return [target];
  const names = await search(target, process.cwd());
  const absolute = resolve(target) === target;
  const modules = names.filter(isModule);
  if (modules.length > 0) return modules.map((name) => (absolute ? resolve(name) : relative('', name)));
  const got = names.length === 0 ? 'none' : `${names.length} of other kinds`;
  throw usageFailure(`${visible(target)}: expected files *.{${ENDINGS}} that this pattern means, got ${got}`);
}

async function search(pattern: string, cwd: string): Promise<string[]> {
  // Most checks are of one file, and need no search.
  const { glob } = await import('tinyglobby');
  return (await glob(pattern, { cwd, ignore: IGNORED, expandDirectories: false })).sort();
}
