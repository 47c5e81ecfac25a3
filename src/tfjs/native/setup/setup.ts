import { existsSync } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nativeCacheDirectory } from '../../../system/cache.ts';
import { environmentFailure, Failure } from '../../../system/errors.ts';
import { ADDON, tfjsNodeFolders } from '../tfjsNode.ts';
import { compileAddon, findCompiler } from './compile.ts';
import { getLibraries, haveLibraries, type LibraryOptions, libraryFolder } from './libraries.ts';
import { withLock } from './lock.ts';
import { linkLibraries, placeAddon, readStamp, removeAddon, removeFiles } from './place.ts';
import { type TimedPart, Timer } from './timer.ts';
import { tryAddon } from './tryAddon.ts';
import { type Machine, thisMachine, type Wheel, wheelFor } from './wheels.ts';

/** Options of the setup; the defaults are this machine, the current folder and the user's cache. */
export interface SetupOptions extends Partial<LibraryOptions> {
  readonly project?: string | undefined;
  readonly cache?: string | undefined;
  readonly machine?: Machine | undefined;
}

/** The result of the setup. */
export interface SetupResult {
  readonly state: 'set up' | 'in place';
  /** Whether we built the addon; one that was built elsewhere and works is left alone. */
  readonly ours: boolean;
  readonly addon: string;
  readonly addonBytes: number;
  readonly tensorflow: string;
  readonly wheel: Wheel;
  readonly cache: string;
  /** The size of the libraries and headers, shared by all projects; 0 if they are not in the cache. */
  readonly cacheBytes: number;
  readonly compiler: string | null;
  readonly parts: readonly TimedPart[];
}

/** The result of `removeNative`. */
export interface RemoveResult {
  readonly state: 'removed' | 'nothing to remove';
  /** The folders from which files were removed. */
  readonly from: readonly string[];
  readonly freedBytes: number;
}

/**
 * Gives tfjs-node its addon: gets the libraries from the wheel, compiles the addon from tfjs-node's own sources, tries
 * it in a child process, and only then moves it into place. Does nothing if a working addon is in place.
 *
 * @throws Failure (environment) if something is missing: names it, and the command that fixes it
 * @throws the signal's reason if it was aborted
 */
export async function setupNative(options: SetupOptions = {}): Promise<SetupResult> {
  const { env = process.env, signal, cache = nativeCacheDirectory(env) } = options;
  const wheel = wheelFor(options.machine ?? thisMachine());
  const folder = tfjsNodeFolder(options.project);
  const timer = new Timer();
  const addon = join(folder, ADDON);
  const describe = async (state: SetupResult['state'], tensorflow: string): Promise<SetupResult> => {
    const stamp = await readStamp(folder);
    const [addonBytes, cacheBytes] = [await bytesOf(addon), await bytesOf(libraryFolder(cache, wheel))];
    const compiler = stamp?.compiler ?? null;
    const { parts } = timer;
    const found = { state, ours: stamp !== null, addon, addonBytes, tensorflow };
    return { ...found, wheel, cache, cacheBytes, compiler, parts };
  };

  const stamp = await readStamp(folder);
  if (existsSync(addon) && (stamp === null || stamp.sha256 === wheel.sha256)) {
    const trial = await timer.time('gradient', () => tryAddon(folder, addon, signal));
    if ('tensorflow' in trial) return describe('in place', trial.tensorflow);
    timer.parts.length = 0;
  }
  return orWritable(cache, folder, () =>
    withLock(cache, async () => {
      const compiler = await findCompiler(env, signal);
      if (!(await haveLibraries(cache, wheel))) await getLibraries(cache, wheel, timer, { ...options, env });
      await clearStages(folder);
      const stage = join(folder, `${STAGE}${process.pid}`);
      try {
        const { libraries } = wheel;
        const libraryPath = join(libraryFolder(cache, wheel), 'lib');
        const include = join(libraryFolder(cache, wheel), 'include');
        await linkLibraries(libraryPath, stage, libraries);
        const sources = { compiler, tfjsNode: folder, include, stage, libraries, env, signal };
        await timer.time('compile', () => compileAddon(sources));
        const trial = await timer.time('gradient', () => tryAddon(folder, join(stage, ADDON), signal));
        if ('problem' in trial) {
          throw environmentFailure(
            `setup-native: expected the addon to load and to take a gradient, got "${trial.problem}"; ` +
              'train on wasm: --backend wasm',
          );
        }
        await placeAddon(stage, folder, wheel, compiler.version);
        return await describe('set up', trial.tensorflow);
      } finally {
        await rm(stage, { recursive: true, force: true });
      }
    }),
  );
}

/**
 * Undoes `setupNative`: removes the addon from tfjs-node's folder, and the libraries from the cache. Other projects
 * keep theirs, unless they are on another disk than the cache.
 *
 * @throws Failure (environment) if files may not be removed
 */
export async function removeNative(options: SetupOptions = {}): Promise<RemoveResult> {
  const { env = process.env, cache = nativeCacheDirectory(env) } = options;
  const from: string[] = [];
  let freedBytes = 0;
  await orWritable(cache, cache, async () => {
    for (const folder of tfjsNodeFolders(options.project).slice(0, 1)) {
      const bytes = await removeAddon(folder);
      await clearStages(folder);
      if (bytes === null) continue;
      from.push(folder);
      freedBytes += bytes;
    }
    if (!existsSync(cache)) return;
    await withLock(cache, async () => {
      const names = await readdir(cache);
      if (names.length > 0) from.push(cache);
      for (const name of names) {
        freedBytes += await removeFiles(await filesBelow(join(cache, name)));
        await rm(join(cache, name), { recursive: true, force: true });
      }
    });
    await rmdir(cache).catch(() => undefined);
  });
  return { state: from.length > 0 ? 'removed' : 'nothing to remove', from, freedBytes };
}

const STAGE = '.backproof-';

/** The lock is held, so any stage was left by a process that was killed. */
async function clearStages(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(STAGE)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function tfjsNodeFolder(project: string | undefined): string {
  const [folder] = tfjsNodeFolders(project);
  if (folder !== undefined) return folder;
  throw environmentFailure(
    `setup-native: expected @tensorflow/tfjs-node installed in ${project ?? process.cwd()}, got none; ` +
      'npm install --ignore-scripts @tensorflow/tfjs-node',
  );
}

/** Turns errors of the file system into a message for the user. */
async function orWritable<T>(cache: string, folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall, path = '', message } = error as NodeJS.ErrnoException;
    if (error instanceof Failure || code === undefined || syscall === undefined) throw error;
    const full = code === 'ENOSPC' ? 'a disk with space left' : 'folders that can be written';
    const fix = path.startsWith(folder)
      ? `make ${folder} writable: sudo chown -R $(id -u) ${folder}`
      : `name another cache (now ${cache}): BACKPROOF_CACHE=FOLDER backproof setup-native`;
    throw environmentFailure(`setup-native: expected ${full}, got ${message}; ${fix}`);
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The size in bytes of a file, or of all files below a folder; 0 if there is neither. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.size;
  const sizes = await Promise.all((await filesBelow(path)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
