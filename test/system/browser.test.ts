import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { findBrowser, launchBrowser, usualPlaces } from '../../src/system/browser.ts';

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

  const linux = ['/usr/bin/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'];
  const NAMES = [
    ...['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'],
    ...['microsoft-edge', 'microsoft-edge-stable'],
  ];
  const mac = (folder: string): string[] =>
    ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `${folder}/${name}.app/Contents/MacOS/${name}`,
    );
  const windows = (folder: string): string[] =>
    [
      'Google\\Chrome\\Application\\chrome',
      'Chromium\\Application\\chrome',
      'Microsoft\\Edge\\Application\\msedge',
    ].map((name) => `${folder}\\${name}.exe`);

  it.each<[NodeJS.Platform, Record<string, string>, string[]]>([
    ['linux', {}, linux],
    [
      'linux',
      { PATH: ':/a::/b' },
      [...NAMES.map((name) => `/a/${name}`), ...NAMES.map((name) => `/b/${name}`), ...linux],
    ],
    ['darwin', {}, [...mac('/Applications'), ...mac('/Applications')]],
    ['darwin', { HOME: '/Users/a' }, [...mac('/Applications'), ...mac('/Users/a/Applications')]],
    ['win32', { PATH: 'C:\\bin' }, []],
    ['win32', { 'ProgramFiles(x86)': 'D:', ProgramFiles: 'C:' }, [...windows('C:'), ...windows('D:')]],
  ])('on %s with %j looks in the usual places, in order', (platform, env, expected) => {
    expect(usualPlaces(platform, env)).toEqual(expected);
  });

  it('takes the first that can be run, and none that only has the name', async () => {
    const second = join(folder, 'second');
    await mkdir(second);
    await writeFile(join(second, 'google-chrome'), '');
    await writeFile(join(second, 'microsoft-edge'), '#!/bin/sh\n', { mode: 0o755 });
    const found = await findBrowser({ PATH: second }, 'linux');
    expect(found).toMatchObject({ path: join(second, 'microsoft-edge') });
    // Empty is as good as unset.
    const env = { BACKPROOF_BROWSER: '', PATH: folder };
    expect(await findBrowser(env, 'linux')).toEqual({ path: program, how: 'installed' });
  });

  it('else takes the download, where there is one', async () => {
    const found = await findBrowser({}, 'win32');
    const downloaded = chromium.executablePath();
    expect(found).toEqual(existsSync(downloaded) ? { path: downloaded, how: "Playwright's download" } : null);
  });

  it('is the one that is started', async () => {
    const { BACKPROOF_BROWSER } = process.env;
    process.env.BACKPROOF_BROWSER = program; // ends at once
    try {
      await expect(launchBrowser('--page')).rejects.toThrow(program);
    } finally {
      if (BACKPROOF_BROWSER === undefined) delete process.env.BACKPROOF_BROWSER;
      else process.env.BACKPROOF_BROWSER = BACKPROOF_BROWSER;
    }
  });
});
