import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { Kept } from '../../src/results/kept.ts';
import { scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const kept = (folder: string) => new Kept('sum', z.strictObject({ sum: z.number() }), folder);

it('the last result comes back for its key alone, in another process too', async () => {
  const folder = join(await scratch(), 'not', 'there');
  expect(kept(folder).read('1 + 1')).toBeNull();
  await kept(folder).write('1 + 1', { sum: 2 });
  expect(kept(folder).read('1 + 1')).toEqual({ sum: 2 });
  expect(kept(folder).read('1 + 2')).toBeNull();
  await kept(folder).write('1 + 2', { sum: 3 });
  expect(kept(folder).read('1 + 1')).toBeNull();
  expect(await readdir(folder)).toEqual(['sum.json']);
});

it.each([
  ['cut off', '{"key":"1 + 1","value":{"su'],
  ['of another form', '{"key":"1 + 1","value":{"sum":"2"}}'],
  ['more than one result', '{"key":"1 + 1","value":{"sum":2},"more":1}'],
])('what is %s does not count', async (_what, text) => {
  const folder = await scratch();
  await writeFile(join(folder, 'sum.json'), text);
  expect(kept(folder).read('1 + 1')).toBeNull();
});

it('a result is neither kept nor missed where it does not fit or the cache cannot be written', async () => {
  const folder = await scratch();
  await kept(folder).write('1 / 0', { sum: Number.NaN });
  expect(await readdir(folder)).toEqual([]);
  await mkdir(join(folder, 'sum.json'));
  await kept(folder).write('1 + 1', { sum: 2 });
  expect(await readdir(folder)).toEqual(['sum.json']);
});
