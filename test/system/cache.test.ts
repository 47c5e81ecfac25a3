import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cacheDirectory, nativeCacheDirectory, resultCacheDirectory } from '../../src/system/cache.ts';

describe('cacheDirectory', () => {
  const tail = join('backproof', 'usps');
  const cases: readonly (readonly [Record<string, string>, NodeJS.Platform, string])[] = [
    [{}, 'linux', join('/home/a', '.cache', tail)],
    [{ XDG_CACHE_HOME: '/var/cache/a' }, 'linux', join('/var/cache/a', tail)],
    [{ XDG_CACHE_HOME: 'relative' }, 'linux', join('/home/a', '.cache', tail)],
    [{}, 'darwin', join('/home/a', 'Library', 'Caches', tail)],
    [{ LOCALAPPDATA: 'C:\\Users\\a\\Local' }, 'win32', join('C:\\Users\\a\\Local', tail)],
    [{}, 'win32', join('/home/a', 'AppData', 'Local', tail)],
    [{ LOCALAPPDATA: '' }, 'win32', join('/home/a', 'AppData', 'Local', tail)],
    [{ XDG_CACHE_HOME: '/var/cache/a' }, 'darwin', join('/home/a', 'Library', 'Caches', tail)],
    [{ BACKPROOF_CACHE: '' }, 'linux', join('/home/a', '.cache', tail)],
    [{ BACKPROOF_CACHE: '/elsewhere' }, 'linux', '/elsewhere'],
  ];
  it.each(cases)('%j on %s is %s', (environment, platform, expected) => {
    expect(cacheDirectory(environment, platform, '/home/a')).toBe(expected);
  });
});

describe('beside the digits', () => {
  it.each<[Record<string, string>, NodeJS.Platform, string]>([
    [{}, 'linux', join('/home/a', '.cache', 'backproof', 'native')],
    [{}, 'darwin', join('/home/a', 'Library', 'Caches', 'backproof', 'native')],
    [{ BACKPROOF_CACHE: '' }, 'linux', join('/home/a', '.cache', 'backproof', 'native')],
    [{ BACKPROOF_CACHE: '/elsewhere' }, 'linux', join('/elsewhere', 'native')],
  ])('%j on %s has the libraries in %s', (environment, platform, expected) => {
    expect(nativeCacheDirectory(environment, platform, '/home/a')).toBe(expected);
  });

  it('has a folder for results', () => {
    const { BACKPROOF_CACHE } = process.env;
    process.env.BACKPROOF_CACHE = '/elsewhere';
    try {
      expect(resultCacheDirectory()).toBe(join('/elsewhere', 'results'));
    } finally {
      if (BACKPROOF_CACHE === undefined) delete process.env.BACKPROOF_CACHE;
      else process.env.BACKPROOF_CACHE = BACKPROOF_CACHE;
    }
  });
});
