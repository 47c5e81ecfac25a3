import { describe, expect, it } from '@jest/globals';
import { cacheFailure } from '../../../src/notebook/data/cacheFolder.ts';

const failed = (more: object): Error => Object.assign(new Error('no'), more);

describe('an error of the cache', () => {
  it.each([
    ['ENOSPC', 'make room, or set'],
    ['EDQUOT', 'make room, or set'],
    ['EACCES', 'set'],
  ])('%s: the next step is to %s BACKPROOF_CACHE', (code, next) => {
    expect(cacheFailure(failed({ code, syscall: 'open', path: '/x' }))).toMatchObject({
      exitCode: 5,
      message: `expected a cache directory that can be written, got no; ${next} BACKPROOF_CACHE to another one`,
    });
  });

  it('is none of a connection, of a system call without a path that says what is lacking, and of anything else', () => {
    expect(cacheFailure(failed({ code: 'ECONNREFUSED', syscall: 'connect', path: '/socket' }))).toBeNull();
    expect(cacheFailure(failed({ code: 'ENOENT', syscall: 'getaddrinfo' }))).toBeNull();
    expect(cacheFailure(failed({}))).toBeNull();
    expect(cacheFailure(null)).toBeNull();
    // A full disk is found without a path when a file is written.
    expect(cacheFailure(failed({ code: 'ENOSPC', syscall: 'write' }))).not.toBeNull();
  });
});
