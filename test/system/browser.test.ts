import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findBrowser, usualPlaces } from '../../src/system/browser.ts';

describe('findBrowser', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backproof-browser-'));
    program = join(folder, 'chromium');
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('takes the one that BACKPROOF_BROWSER names', async () => {
    const found = await findBrowser({ BACKPROOF_BROWSER: program });
    expect(found).toEqual({ path: program, how: 'BACKPROOF_BROWSER' });
  });

  it('refuses a BACKPROOF_BROWSER that cannot be run', async () => {
    const missing = join(folder, 'nothing');
    await expect(findBrowser({ BACKPROOF_BROWSER: missing })).rejects.toThrow(
      `BACKPROOF_BROWSER: expected a browser's program, got ${missing}`,
    );
  });

  it('finds an installed one on the path', async () => {
    expect(await findBrowser({ PATH: folder }, 'linux')).toEqual({ path: program, how: 'installed' });
  });

  it('knows the places of macOS and Windows', () => {
    expect(usualPlaces('darwin', { HOME: '/Users/a' })).toContain(
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    );
    expect(usualPlaces('win32', { ProgramFiles: 'C:\\Program Files' })).toContain(
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    );
  });
});
