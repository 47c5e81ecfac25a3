import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import { visible } from '../../system/visible.ts';
import type { CheckedFile } from './checkFile.ts';
import { EXTENSIONS, isModule } from './files.ts';

const ENDINGS = EXTENSIONS.map((extension) => extension.slice(1)).join(',');
/** The pattern to search for in folders. */
const IN_FOLDERS = `**/*.gradcheck.{${ENDINGS}}`;
const IGNORED = ['**/node_modules/**'];

/** Whether the search of a folder would find a file with this path. */
export const isFoundInFolders = (path: string): boolean => /\.gradcheck\.[mc]?[tj]s$/.test(path);

/**
 * The modules named by files, folders and globs, each once. In a folder these are the files *.gradcheck.*, at any
 * depth. Any other target is a file, even if it does not exist. Those of one folder or glob are in alphabetical order.
 * @throws Failure (usage) for a folder or a glob without modules
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

/** The files of one target, as shown to the user: relative to the working directory if the target is. */
async function filesOf(target: string): Promise<string[]> {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    const names = await search(IN_FOLDERS, target);
    if (names.length > 0) return names.map((name) => join(target, name));
    throw usageFailure(
      `${visible(target)}: expected files *.gradcheck.{${ENDINGS}} in this folder, got none`,
    );
  }
  // A file name may contain brackets, so an existing file is not a glob.
  if (stats !== undefined || !/[*?[\]{}!()]/.test(target)) return [target];
  const names = await search(target, process.cwd());
  const absolute = resolve(target) === target;
  const modules = names.filter(isModule);
  if (modules.length > 0) return modules.map((name) => (absolute ? resolve(name) : relative('', name)));
  const got = names.length === 0 ? 'none' : `${names.length} of other kinds`;
  throw usageFailure(`${visible(target)}: expected files *.{${ENDINGS}} that this pattern means, got ${got}`);
}

async function search(pattern: string, cwd: string): Promise<string[]> {
  // Loaded here because most checks are of one file and need no search.
  const { glob } = await import('tinyglobby');
  return (await glob(pattern, { cwd, ignore: IGNORED, expandDirectories: false })).sort();
}
