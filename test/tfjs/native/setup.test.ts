import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { removeNative, setupNative } from '../../../src/tfjs/native/setup/setup.ts';
import { ADDON } from '../../../src/tfjs/native/tfjsNode.ts';
import { temporaryFolder } from '../../notebook/data/fixtures.ts';
import { anyWheel, describeNative, filesIn, linkedCache, makeProject, root } from '../../support/native.ts';

const run = promisify(execFile);
const libraries = anyWheel().libraries.map((name) => `deps/lib/${name}`);
const placed = [...libraries, 'lib/napi-v8/backproof.json', 'lib/napi-v8/tfjs_binding.node'];

describeNative('setup-native in a project of its own', () => {
  const folder = temporaryFolder();
  const { project, tfjsNode } = makeProject(join(folder, 'project'));
  const cache = join(folder, 'native');
  const untouched = filesIn(tfjsNode);
  const added = (): string[] => filesIn(tfjsNode).filter((path) => !untouched.includes(path));
  const command = (...args: string[]) =>
    run(process.execPath, [join(root, 'dist', 'cli.js'), 'setup-native', ...args], {
      cwd: project,
      env: { ...process.env, BACKPROOF_CACHE: folder },
    });

  it('compiles, tries and places the addon, with libraries that take no more disk', async () => {
    linkedCache(cache);
    const result = await setupNative({ project, cache });
    expect(result).toMatchObject({ state: 'set up', ours: true, tensorflow: '2.21.0' });
    expect(result.parts.map(({ name }) => name)).toEqual(['compile', 'gradient']);
    expect(added()).toEqual(placed);
    const [library] = anyWheel().libraries;
    expect(statSync(join(tfjsNode, 'deps', 'lib', library)).nlink).toBeGreaterThan(1);
    expect(result.addonBytes).toBe(statSync(join(tfjsNode, ADDON)).size);
    expect(result.cacheBytes).toBeGreaterThan(7e8);
  });

  it('makes a plain import of @tensorflow/tfjs-node work', async () => {
    const file = join(project, 'plain.mjs');
    const native = Number(process.versions.node.split('.')[0]) >= 23 ? "import 'backproof/native';\n" : '';
    writeFileSync(
      file,
      `${native}import * as tf from '@tensorflow/tfjs-node';
      const gradient = tf.grad((x) => x.square().sum())(tf.tensor1d([1, 2, 3]));
      console.log(tf.getBackend(), Array.from(gradient.dataSync()).join(' '));`,
    );
    const { stdout } = await run(process.execPath, [file], { cwd: project });
    expect(stdout.trim()).toBe('tensorflow 2 4 6');
  });

  it('does nothing the second time', async () => {
    const before = statSync(join(tfjsNode, ADDON)).mtimeMs;
    const { stdout } = await command('--json');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ state: 'in place', ours: true, tensorflow: '2.21.0' });
    expect(result.addon).toBe(join(tfjsNode, ADDON));
    expect(result.parts.map(({ name }: { name: string }) => name)).toEqual(['gradient']);
    expect(statSync(join(tfjsNode, ADDON)).mtimeMs).toBe(before);
    expect((await command('--quiet')).stdout).toBe('');
    expect((await command()).stdout).toMatch(/^native {5}in place: TensorFlow 2\.21\.0\n/);
  });

  it('builds anew where the addon no longer loads', async () => {
    writeFileSync(join(tfjsNode, ADDON), 'no addon');
    const result = await setupNative({ project, cache });
    expect(result.state).toBe('set up');
    expect(added()).toEqual(placed);
  });

  it('leaves an addon from elsewhere as it is', async () => {
    const stamp = join(tfjsNode, 'lib', 'napi-v8', 'backproof.json');
    const ours = readFileSync(stamp, 'utf8');
    expect(JSON.parse(ours)).toMatchObject({
      sha256: anyWheel().sha256,
      compiler: expect.stringMatching(/\d/),
    });
    rmSync(stamp);
    expect(await setupNative({ project, cache })).toMatchObject({ state: 'in place', ours: false });
    expect(await removeNative({ project, cache: join(folder, 'none') })).toMatchObject({
      state: 'nothing to remove',
    });
    expect(existsSync(join(tfjsNode, ADDON))).toBe(true);
    writeFileSync(stamp, ours);
  });

  it('--remove undoes it', async () => {
    const { stdout } = await command('--remove', '--json');
    const { freedBytes, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ schema: 'backproof/setup-native/1', state: 'removed', from: [tfjsNode, cache] });
    // The libraries still have a hard link in the user's cache.
    expect(freedBytes).toBeGreaterThan(5e4);
    expect(freedBytes).toBeLessThan(5e7);
    expect(added()).toEqual([]);
    expect(existsSync(join(tfjsNode, 'deps'))).toBe(false);
    expect(existsSync(cache)).toBe(false);
    expect((await command('--remove')).stdout).toMatch(/^native {5}nothing to remove\n/);
  });
});
