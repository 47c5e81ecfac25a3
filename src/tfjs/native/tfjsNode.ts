import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of the addon in tfjs-node's folder. */
export const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node');

/**
 * The folders of @tensorflow/tfjs-node: first the one that the project in the current folder has installed, then the
 * one installed with this package; usually the same.
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

/** The path of the installed addon, or null. */
export function findAddon(project?: string): string | null {
  const addons = tfjsNodeFolders(project).map((folder) => join(folder, ADDON));
  return addons.find((addon) => existsSync(addon)) ?? null;
}
