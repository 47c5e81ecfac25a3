import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { backproof, withoutProgress } from '../support/cli.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples');

it.each(readdirSync(folder))('backproof check examples/%s passes', async (file) => {
  const { code, stdout, stderr } = await backproof(['check', join(folder, file)]);
  expect([code, withoutProgress(stderr, 'check')]).toEqual([0, '']);
  expect(stdout).toMatch(/verdict +PASS: [12] specs?/);
});
