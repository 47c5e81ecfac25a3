import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { PublishedFile } from '../notebook/data/published.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where downloaded digits are kept: `BACKPROOF_CACHE`, else `backproof/usps` in the user's cache directory
 * (XDG_CACHE_HOME or ~/.cache, ~/Library/Caches on macOS, %LOCALAPPDATA% on Windows).
 */
export function cacheDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.BACKPROOF_CACHE) return environment.BACKPROOF_CACHE;
  return join(userCache(environment, platform, home), 'backproof', 'usps');
}

/** Where TensorFlow's libraries are kept: `native` beside the digits, or inside `BACKPROOF_CACHE`. */
export function nativeCacheDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const root = environment.BACKPROOF_CACHE || join(userCache(environment, platform, home), 'backproof');
  return join(root, 'native');
}

function userCache(environment: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return environment.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  // The XDG specification has relative paths ignored.
  const xdg = environment.XDG_CACHE_HOME;
  return xdg?.startsWith('/') ? xdg : join(home, '.cache');
}

/** The file in the cache under a published file's name. */
export interface CachedFile {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly present: boolean;
  /** null where it is not present */
  readonly bytes: number | null;
  readonly md5: string | null;
  /** Whether it is the file as published; only then is it used. */
  readonly verified: boolean;
}

/** Looks a published file up in the cache and verifies its checksum. */
export async function inspectCached(directory: string, file: PublishedFile): Promise<CachedFile> {
  const path = join(directory, file.name);
  const about = { name: file.name, url: file.url, path };
  const hash = createHash('md5');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch {
    return { ...about, present: false, bytes: null, md5: null, verified: false };
  }
  const md5 = hash.digest('hex');
  return { ...about, present: true, bytes, md5, verified: md5 === file.md5 };
}
