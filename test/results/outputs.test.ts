import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { prepareOutputs, temporaryBeside } from '../../src/results/outputs.ts';
import { lockFolder } from '../../src/system/lock.ts';
import { failureOf, temporaryFolder } from '../notebook/data/fixtures.ts';

const scratch = temporaryFolder();

it('makes the folder, however deep, and leaves nothing in it', async () => {
  const folder = join(scratch, 'a', 'b');
  await prepareOutputs(folder);
  expect(readdirSync(folder)).toEqual([]);
});

it('removes what a killed run was writing, and nothing else', async () => {
  const folder = join(scratch, 'used');
  mkdirSync(folder);
  const left = temporaryBeside(join(folder, 'train.json'));
  expect(left).toMatch(/used.\.train\.json\.[0-9a-f-]{36}\.tmp$/);
  const others = ['.mine.tmp', '.x.12345678-1234-1234-1234-1234567890ab.tmp.txt', 'train.json'];
  for (const name of others) writeFileSync(join(folder, name), 'kept');
  writeFileSync(left, 'half');
  await prepareOutputs(folder);
  expect(readdirSync(folder)).toEqual(others);
  // Once taken, a folder is this process's: a file that it is writing now stays.
  writeFileSync(left, 'being written');
  await prepareOutputs(folder);
  expect(readdirSync(folder)).toHaveLength(4);
});

it('takes no folder in which another is at work', async () => {
  const folder = join(scratch, 'taken');
  mkdirSync(folder);
  const release = await lockFolder(folder);
  expect(await failureOf(prepareOutputs(folder))).toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('got another backproof at work'),
  });
  await release!();
  await prepareOutputs(folder);
});

it('a file in its place is a wrong use', async () => {
  const file = join(scratch, 'file');
  writeFileSync(file, 'text');
  expect(await failureOf(prepareOutputs(file))).toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(`--out ${file}: expected a folder that can be written`),
  });
});
