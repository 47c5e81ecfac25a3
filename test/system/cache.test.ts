import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cacheDirectory } from '../../src/system/cache.ts';

describe('cacheDirectory', () => {
  const tail = join('backproof', 'usps');
  const cases: readonly (readonly [Record<string, string>, NodeJS.Platform, string])[] = [
    [{}, 'linux', join('/home/a', '.cache', tail)],
    [{ XDG_CACHE_HOME: '/var/cache/a' }, 'linux', join('/var/cache/a', tail)],
    [{ XDG_CACHE_HOME: 'relative' }, 'linux', join('/home/a', '.cache', tail)],
    [{}, 'darwin', join('/home/a', 'Library', 'Caches', tail)],
    [{ LOCALAPPDATA: 'C:\\Users\\a\\Local' }, 'win32', join('C:\\Users\\a\\Local', tail)],
    [{ BACKPROOF_CACHE: '/elsewhere' }, 'linux', '/elsewhere'],
  ];
  it.each(cases)('%j on %s is %s', (environment, platform, expected) => {
    expect(cacheDirectory(environment, platform, '/home/a')).toBe(expected);
  });
});
