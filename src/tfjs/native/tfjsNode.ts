import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the addon of tfjs-node lies in its folder. */
export const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node');

/**
 * The folders of @tensorflow/tfjs-node: what the project in the current folder has installed, then what is installed
 * with this package; usually one and the same.
 */
export function tfjsNodeFolders(project: string = process.cwd()): string[] {
  const folders = [join(project, 'package.json'), import.meta.url].flatMap((from) => {
    try {
      return [dirname(createRequire(from).resolve('@tensorflow/tfjs-node/package.json'))];
    } catch {
      return [];
    }
  });
  return [...new Set(folders)];
}

/** The addon that is in place, or null. */
export function findAddon(project?: string): string | null {
  const addons = tfjsNodeFolders(project).map((folder) => join(folder, ADDON));
  return addons.find((addon) => existsSync(addon)) ?? null;
}
