import { chmod, copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findBrowser } from '../../src/system/browser.ts';
import { shared } from '../support/browser.ts';
import { backproof, scratchFolders } from '../support/cli.ts';
import { describeUnless } from '../support/skip.ts';

const scratch = scratchFolders();

/** A folder with the train.json of a short run on the synthetic digits. */
async function trainedWith(...options: string[]): Promise<string> {
  const folder = await scratch();
  const short = ['--engine', 'fused', '--data', 'synthetic', '--per-class', '20', '--epochs', '4', '--quiet'];
  expect(await backproof(['train', ...short, ...options, '--out', folder])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  return folder;
}

const run = shared(trainedWith);
/** A new folder with a copy of the run that most tests use. */
async function trained(): Promise<string> {
  const folder = await scratch();
  await copyFile(join(await run(), 'train.json'), join(folder, 'train.json'));
  return folder;
}

describe('backproof report', () => {
  it('lays two runs over each other', async () => {
    const [first, second] = [await trained(), await trainedWith('--seed', '2', '--learning-rate', '0.05')];
    const out = await scratch();
    const { code, stdout } = await backproof(['report', '--from', first, second, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/report {4}file:\/\/.*report\.html/);
    const html = await readFile(join(out, 'report.html'), 'utf8');
    expect(html).toContain('They differ in seed and learning rate');
    expect(html).toMatch(/id="two-losses"/);
    await backproof(['report', '--from', first]);
    expect(await readFile(join(first, 'report.html'), 'utf8')).not.toMatch(/id="two-losses"/);
    expect(html).toMatch(/<details class="data"><summary>The run with each of 20 planted mistakes/);
  });

  it.each([
    [['a', 'b', 'c'], /--from: expected one folder or two, got 3/],
    [
      ['nowhere'],
      /--from nowhere: expected train.json, compare.json or sweep.json in it, got none; make them with backproof run/,
    ],
  ])('refuses --from %j', async (folders, message) => {
    const cwd = await scratch();
    const { code, stderr } = await backproof(['report', '--from', ...folders], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a second folder without a run, and writes nothing', async () => {
    const [first, empty, out] = [await trained(), await scratch(), await scratch()];
    const { code, stderr } = await backproof(['report', '--from', first, empty, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected train.json in it, to lay two runs over each other, got none/);
    expect(await readdir(out)).toEqual([]);
  });

  it('opens the page by what the system opens pages with, and says where nothing does', async () => {
    const [first, programs] = [await trained(), await scratch()];
    const opener = join(programs, 'xdg-open');
    await writeFile(opener, `#!/bin/sh\nprintf %s "$1" > '${join(programs, 'opened')}'\n`);
    await chmod(opener, 0o755);
    const opened = await backproof(['report', '--from', first, '--open'], {
      env: { PATH: `${programs}:${process.env.PATH}` },
    });
    expect(opened.code).toBe(0);
    expect(await untilWritten(join(programs, 'opened'))).toBe(join(first, 'report.html'));
    const none = await backproof(['report', '--from', first, '--open'], { env: { PATH: await scratch() } });
    expect(none.code).toBe(5);
    expect(none.stderr).toMatch(/--open: expected a program that opens .*report\.html/);
  });
});

describeUnless(
  (await findBrowser()) ? null : 'no browser; node --import tsx scripts/browser.ts gets one',
  'backproof report --png',
  () => {
    it('writes the main figures as PNG and SVG, and the first screen', async () => {
      const folder = await trained();
      const { code, stdout } = await backproof(['report', '--from', folder, '--png', '--json']);
      expect(code).toBe(0);
      const { pictures } = JSON.parse(stdout);
      const files = await readdir(join(folder, 'pictures'));
      expect(files.map((file) => join(folder, 'pictures', file)).sort()).toEqual([...pictures].sort());
      for (const file of [
        'page.png',
        'loss.png',
        'loss.svg',
        'kernel-plot.png',
        'kernel-plot.svg',
        'saturation-plot.svg',
      ]) {
        expect(files).toContain(file);
      }
      const png = await readFile(join(folder, 'pictures', 'loss.png'));
      expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
        'PNG',
        1800,
        1080,
      ]);
      const svg = await readFile(join(folder, 'pictures', 'loss.svg'), 'utf8');
      expect(svg).toMatch(/^<svg.*Loss vs\. Epochs.*<\/svg>$/s);
    });
  },
);

/** Waits for another process to write a file; returns its text. */
async function untilWritten(file: string): Promise<string> {
  for (let trial = 0; trial < 100; trial++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`expected ${file} to be written, got nothing`);
}
