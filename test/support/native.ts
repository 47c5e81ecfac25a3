import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeCacheDirectory } from '../../src/system/cache.ts';
import { libraryFolder } from '../../src/tfjs/native/setup/libraries.ts';
import { thisMachine, type Wheel, wheelFor, wheelName } from '../../src/tfjs/native/setup/wheels.ts';
import { findAddon } from '../../src/tfjs/native/tfjsNode.ts';
import { describeUnless } from './skip.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Tests that need the addon. Without it they are skipped with a visible line; with CI=true they fail. */
export const describeNative = (name: string, tests: () => void): void =>
  describeUnless(
    findAddon(root) === null ? 'no native addon; npm run setup:native builds it' : null,
    name,
    tests,
  );

/** A wheel for this machine; a Linux one if there is none. */
export function anyWheel(): Wheel {
  try {
    return wheelFor(thisMachine());
  } catch {
    return wheelFor({ platform: 'linux', arch: 'x64', glibc: '2.36' });
  }
}

/** Makes a project in `folder`: tfjs-node copied, without an addon, and its dependencies linked. */
export function makeProject(folder: string): { project: string; tfjsNode: string } {
  const scope = join(folder, 'node_modules', '@tensorflow');
  mkdirSync(scope, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "version": "1.0.0" }\n');
  const installed = join(root, 'node_modules');
  for (const name of readdirSync(installed)) {
    if (name !== '@tensorflow') symlinkSync(join(installed, name), join(folder, 'node_modules', name));
  }
  for (const name of readdirSync(join(installed, '@tensorflow'))) {
    if (name !== 'tfjs-node') symlinkSync(join(installed, '@tensorflow', name), join(scope, name));
  }
  const tfjsNode = join(scope, 'tfjs-node');
  mkdirSync(tfjsNode);
  for (const name of ['binding', 'dist', 'package.json']) {
    cpSync(join(installed, '@tensorflow', 'tfjs-node', name), join(tfjsNode, name), { recursive: true });
  }
  return { project: folder, tfjsNode };
}

/**
 * A cache in `folder` with hard links to the libraries of the user's cache: it takes no disk space and may be deleted.
 */
export function linkedCache(folder: string): string {
  const wheel = anyWheel();
  const from = libraryFolder(nativeCacheDirectory(), wheel);
  const to = join(folder, wheelName(wheel));
  mkdirSync(join(to, 'lib'), { recursive: true });
  cpSync(join(from, 'include'), join(to, 'include'), { recursive: true });
  for (const name of wheel.libraries) linkSync(join(from, 'lib', name), join(to, 'lib', name));
  return folder;
}

/** Every file below a folder, by its relative path. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

/** Makes a folder to use as the whole PATH, with these programs of the real one, and these scripts. */
export function makePath(
  folder: string,
  programs: readonly string[],
  scripts: Record<string, string> = {},
): string {
  mkdirSync(folder);
  for (const program of programs) {
    const found = (process.env.PATH ?? '').split(':').map((each) => join(each, program));
    const path = found.find((each) => isThere(each));
    if (path === undefined) throw new Error(`expected ${program} on the PATH, got none`);
    writeFileSync(join(folder, program), `#!/bin/sh\nexec ${path} "$@"\n`, { mode: 0o755 });
  }
  for (const [name, lines] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  }
  return folder;
}

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
