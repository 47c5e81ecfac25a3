import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { digestOfInputs, isUpToDate, removeStamp, setStamp } from '../../../scripts/build/stamp.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

/** A project that was built. */
async function built(): Promise<{
  write(file: string, text: string): Promise<void>;
  root: string;
  upToDate(): Promise<boolean>;
}> {
  const root = await scratch();
  const write = async (file: string, text: string) => {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), text);
  };
  for (const file of [
    'src/one.ts',
    'src/deep/two.ts',
    'scripts/build.ts',
    'package-lock.json',
    'dist/cli.js',
  ])
    await write(file, file);
  const inputs = await digestOfInputs(root);
  await setStamp(root, inputs);
  return { root, write, upToDate: async () => isUpToDate(root, await digestOfInputs(root)) };
}

it('has nothing to build where nothing has changed, tests and documents aside', async () => {
  const { write, upToDate } = await built();
  expect(await upToDate()).toBe(true);
  await write('test/one.test.ts', '');
  await write('README.md', '');
  await write('src/one.ts', 'src/one.ts');
  expect(await upToDate()).toBe(true);
});

it.each(['src/one.ts', 'src/deep/two.ts', 'src/three.ts', 'scripts/build.ts', 'package-lock.json'])(
  'builds anew where %s has changed',
  async (file) => {
    const { write, upToDate } = await built();
    await write(file, 'changed');
    expect(await upToDate()).toBe(false);
  },
);

it('builds anew where what was built is changed, gone, or was never finished', async () => {
  for (const spoil of [
    ({ write }) => write('dist/cli.js', 'something longer'),
    ({ write }) => write('dist/more.js', ''),
    ({ root }) => rm(join(root, 'dist'), { recursive: true }),
    ({ root }) => removeStamp(root),
  ] satisfies ((project: Awaited<ReturnType<typeof built>>) => Promise<void>)[]) {
    const project = await built();
    await spoil(project);
    expect(await project.upToDate()).toBe(false);
  }
});

it('builds anew where an input changed during the build', async () => {
  const { root, write, upToDate } = await built();
  const before = await digestOfInputs(root);
  await write('src/one.ts', 'changed while it was built');
  await setStamp(root, before);
  expect(await upToDate()).toBe(false);
});
