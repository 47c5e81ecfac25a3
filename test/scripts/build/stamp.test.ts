import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import {
  type Built,
  digestOfInputs,
  readStamp,
  removeStamp,
  setStamp,
} from '../../../scripts/build/stamp.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

/** A project that was built. */
async function built(what: Built = 'package'): Promise<{
  write(file: string, text: string): Promise<void>;
  root: string;
  stamp(): Promise<Built | null>;
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
  await setStamp(root, inputs, what);
  return { root, write, stamp: async () => readStamp(root, await digestOfInputs(root)) };
}

it('has nothing to build where nothing has changed, tests and documents aside', async () => {
  const { write, stamp } = await built();
  expect(await stamp()).toBe('package');
  await write('test/one.test.ts', '');
  await write('README.md', '');
  await write('src/one.ts', 'src/one.ts');
  expect(await stamp()).toBe('package');
});

it('knows a build of the program alone', async () => {
  const { stamp } = await built('program');
  expect(await stamp()).toBe('program');
});

it.each(['src/one.ts', 'src/deep/two.ts', 'src/three.ts', 'scripts/build.ts', 'package-lock.json'])(
  'builds anew where %s has changed',
  async (file) => {
    const { write, stamp } = await built();
    await write(file, 'changed');
    expect(await stamp()).toBeNull();
  },
);

it('builds anew where what was built is changed, gone, or was never finished', async () => {
  for (const spoil of [
    ({ write }) => write('dist/cli.js', 'something longer'),
    ({ write }) => write('dist/more.js', ''),
    ({ root }) => rm(join(root, 'dist'), { recursive: true }),
    ({ root }) => removeStamp(root),
    // A build that was killed while it wrote the stamp.
    ({ write }) => write('node_modules/.cache/backproof/build.json', '["half'),
  ] satisfies ((project: Awaited<ReturnType<typeof built>>) => Promise<void>)[]) {
    const project = await built();
    await spoil(project);
    expect(await project.stamp()).toBeNull();
  }
});

it('builds anew where an input changed during the build', async () => {
  const { root, write, stamp } = await built();
  const before = await digestOfInputs(root);
  await write('src/one.ts', 'changed while it was built');
  await setStamp(root, before, 'package');
  expect(await stamp()).toBeNull();
});
