import { expect, it } from '@jest/globals';
import { buildKey } from '../../src/system/buildKey.ts';

it('knows the build by a hash, which is the same each time', () => {
  const key = buildKey();
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(buildKey()).toBe(key);
});
