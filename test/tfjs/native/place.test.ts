import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { linkLibraries } from '../../../src/tfjs/native/setup/place.ts';
import { temporaryFolder } from '../../notebook/data/fixtures.ts';

const folder = temporaryFolder();

it('the libraries are linked where the addon looks for them, each file once on the disk', async () => {
  const [from, stage] = [mkdtempSync(join(folder, 'from-')), join(folder, 'stage')];
  for (const name of ['one', 'two']) writeFileSync(join(from, name), name);
  await linkLibraries(from, stage, ['one', 'two']);
  for (const name of ['one', 'two']) {
    const path = join(stage, 'deps', 'lib', name);
    expect([readFileSync(path, 'utf8'), statSync(path).nlink]).toEqual([name, 2]);
  }
});
