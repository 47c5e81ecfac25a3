import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inspectCached } from '../../../src/notebook/data/cached.ts';
import { PUBLISHED } from '../../../src/notebook/data/published.ts';
import { md5Of, temporaryFolder, WORD_BZIP2 } from './fixtures.ts';

describe('inspectCached', () => {
  const folder = temporaryFolder();
  const file = { ...PUBLISHED.train, name: 'present.bz2', md5: md5Of(WORD_BZIP2) };
  writeFileSync(join(folder, file.name), WORD_BZIP2);

  it('verifies a file that is as published', async () => {
    const found = await inspectCached(folder, file);
    expect(found).toMatchObject({ present: true, verified: true, bytes: WORD_BZIP2.length, url: file.url });
  });

  it('does not verify another file under its name', async () => {
    const found = await inspectCached(folder, { ...file, md5: PUBLISHED.train.md5 });
    expect(found).toMatchObject({ present: true, verified: false, md5: file.md5 });
  });

  it('tells of a file that is missing', async () => {
    const found = await inspectCached(folder, PUBLISHED.test);
    expect(found).toMatchObject({ present: false, verified: false, bytes: null, md5: null });
  });
});
