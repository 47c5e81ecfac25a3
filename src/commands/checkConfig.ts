import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import type { LilconfigResult, Loader } from 'lilconfig';
import { usageFailure } from '../system/errors.ts';

/** The `check` part of a configuration file, not parsed yet. */
export interface FoundConfig {
  /** The file's name in messages. */
  readonly source: string;
  readonly folder: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const PLACES = [
  'package.json',
  ...['js', 'mjs', 'cjs', 'ts', 'mts', 'json'].map((type) => `backproof.config.${type}`),
];

/**
 * The configuration of the working directory or the nearest folder above it; null if there is none.
 *
 * @param known the allowed keys
 * @throws Failure (usage) for a file that does not load, that does not hold an object, or that has other keys
 */
export async function findCheckConfig(known: readonly string[]): Promise<FoundConfig | null> {
  // Imported here because most commands do not need it.
  const { lilconfig } = await import('lilconfig');
  const load: Loader = async (path) => {
    const { default: value } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return value ?? null;
  };
  const loaders = { '.js': load, '.mjs': load, '.cjs': load, '.ts': loadTypeScript, '.mts': loadTypeScript };
  let found: LilconfigResult;
  try {
    found = await lilconfig('backproof', { searchPlaces: PLACES, loaders }).search();
  } catch (error) {
    throw usageFailure(`backproof.config: expected a file that loads, got ${(error as Error).message}`);
  }
  if (found === null) return null;
  const source = relative(process.cwd(), found.filepath);
  const { check = {} } = objectOf(found.config, ['check'], source);
  return { source, folder: dirname(found.filepath), values: objectOf(check, known, `${source}: check`) };
}

/** @throws Failure (usage) if the value is not an object, or has an unknown key */
function objectOf(value: unknown, known: readonly string[], where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageFailure(`${where}: expected an object, got ${JSON.stringify(value) ?? 'no default export'}`);
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw usageFailure(
        `${where}: expected keys out of ${known.join(', ')}, got ${key} (did you mean ${closest(key, known)}?)`,
      );
  return value as Record<string, unknown>;
}

/** Strips the types into a temporary file next to it, so that its imports resolve, on every Node. */
async function loadTypeScript(path: string): Promise<unknown> {
  const { stripTypes } = await import('../gradcheck/file/typescript.ts');
  const { format, source } = stripTypes(path);
  const beside = join(
    dirname(path),
    `.backproof.config.${randomUUID()}.${format === 'module' ? 'mjs' : 'cjs'}`,
  );
  await writeFile(beside, source);
  try {
    const { default: value } = (await import(pathToFileURL(beside).href)) as { default?: unknown };
    return value ?? null;
  } finally {
    await rm(beside, { force: true });
  }
}
