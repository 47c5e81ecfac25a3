import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { loadDataset } from '../../../src/notebook/data/dataset.ts';
import { readImages } from '../../../src/notebook/data/readFile.ts';
import { select, selectAll } from '../../../src/notebook/data/select.ts';
import { describeRealDigits, describeWith, goldenPath, realDigitsPath } from '../../support/digits.ts';
import { failureOf, temporaryFolder } from './fixtures.ts';

interface Golden {
  readonly config: { readonly positive: number; readonly negative: number; readonly perClass: number };
  readonly sampleIndices: readonly number[];
  readonly test: { readonly count: number };
}

describeRealDigits('the real digits', (folder) => {
  const temporary = temporaryFolder();

  it('are 7,291 training and 2,007 test images, as often as published', async () => {
    const { source, train, test, files } = await loadDataset(folder, { offline: true });
    expect(source).toBe('file');
    expect(files.map((file) => file.name)).toEqual(['usps.bz2', 'usps.t.bz2']);
    expect(train.count).toBe(7291);
    expect(test?.count).toBe(2007);
    const counts = new Array<number>(10).fill(0);
    for (const digit of train.digits) counts[digit]!++;
    expect(counts).toEqual([1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]);
    expect(train.pixels.every((pixel) => pixel === Math.fround(Math.round(pixel * 255) / 255))).toBe(true);
  });

  it('are refused where the file was cut', async () => {
    const whole = readFileSync(join(folder, 'usps.t.bz2'));
    const path = join(temporary, 'usps.t.bz2');
    for (const length of [whole.length - 1, Math.floor(whole.length / 2), 100_000]) {
      writeFileSync(path, whole.subarray(0, length));
      const failure = await failureOf(readImages(path));
      expect(failure.message).toContain('truncated');
      expect(failure.message).toContain('usps.t.bz2');
    }
  });
});

const digits = realDigitsPath();
describeWith(
  'the golden selections',
  'golden trajectories (../shared/golden)',
  digits && goldenPath(),
  (folder) => {
    const dataset = loadDataset(digits!, { offline: true });
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    it.each(files)('%s has the same indices', async (name) => {
      const golden = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden;
      const { train, test } = await dataset;
      expect(select(train, golden.config).indices).toEqual(golden.sampleIndices);
      expect(selectAll(test!, golden.config).count).toBe(golden.test.count);
    });
  },
);
