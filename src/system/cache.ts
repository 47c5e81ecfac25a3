import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder for downloaded digits: `BACKPROOF_CACHE`, else `backproof/usps` in the user's cache directory
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

/** The folder for TensorFlow's libraries: `native` beside the digits, or inside `BACKPROOF_CACHE`. */
export function nativeCacheDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const root = environment.BACKPROOF_CACHE || join(userCache(environment, platform, home), 'backproof');
  return join(root, 'native');
}

/** The folder for results that the next run reuses: `results` beside the digits, or inside `BACKPROOF_CACHE`. */
export const resultCacheDirectory = (): string => join(dirname(nativeCacheDirectory()), 'results');

function userCache(environment: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return environment.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  // The XDG specification says that relative paths are ignored.
  const xdg = environment.XDG_CACHE_HOME;
  return xdg?.startsWith('/') ? xdg : join(home, '.cache');
}
