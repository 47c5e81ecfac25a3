import { link, mkdir, readFile, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ADDON } from '../tfjsNode.ts';
import type { Wheel } from './wheels.ts';

/** A file beside the addon: marks it as ours, and names the wheel that it was built from. */
const STAMP = join(dirname(ADDON), 'backproof.json');
const LIBRARIES = join('deps', 'lib');

/** The content of the stamp. */
export interface Stamp {
  readonly wheel: string;
  readonly sha256: string;
  readonly libraries: readonly string[];
  readonly compiler: string;
}

/** The stamp of a folder's addon; null if the addon is not ours. */
export async function readStamp(folder: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(join(folder, STAMP), 'utf8')) as Stamp;
  } catch {
    return null;
  }
}

/**
 * Puts the libraries where the addon looks for them: as hard links, which take no space and outlive the cache, or as
 * symbolic links if the cache is on another disk.
 */
export async function linkLibraries(from: string, stage: string, names: readonly string[]): Promise<void> {
  await mkdir(join(stage, LIBRARIES), { recursive: true });
  for (const name of names) {
    const existing = join(from, name);
    const path = join(stage, LIBRARIES, name);
    await link(existing, path).catch(() => symlink(existing, path));
  }
}

/**
 * Moves a finished stage into tfjs-node's folder; the addon comes last, so that an addon in place means that all is in
 * place.
 */
export async function placeAddon(
  stage: string,
  folder: string,
  wheel: Wheel,
  compiler: string,
): Promise<void> {
  const { file, sha256, libraries } = wheel;
  const stamp: Stamp = { wheel: file, sha256, libraries, compiler };
  await writeFile(join(stage, STAMP), `${JSON.stringify(stamp, null, 2)}\n`);
  for (const path of [...libraries.map((name) => join(LIBRARIES, name)), STAMP, ADDON]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await rename(join(stage, path), join(folder, path));
  }
}

/**
 * Removes the files that `placeAddon` put in place; an addon from elsewhere stays.
 *
 * @returns the bytes freed, or null if nothing of ours was there
 */
export async function removeAddon(folder: string): Promise<number | null> {
  const stamp = await readStamp(folder);
  if (stamp === null) return null;
  const paths = [ADDON, ...stamp.libraries.map((name) => join(LIBRARIES, name)), STAMP];
  const bytes = await removeFiles(paths.map((path) => join(folder, path)));
  for (const path of [dirname(ADDON), dirname(dirname(ADDON)), LIBRARIES, dirname(LIBRARIES)]) {
    await rmdir(join(folder, path)).catch(() => undefined);
  }
  return bytes;
}

/** Removes files. Returns the bytes of those that had no other hard link. */
export async function removeFiles(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.nlink === 1) bytes += found.size;
    await rm(path, { force: true });
  }
  return bytes;
}
