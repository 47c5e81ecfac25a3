import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders, withoutProgress } from '../support/cli.ts';

const spec = (name: string) =>
  `export const ${name} = { inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.sin(x) };`;
const modules = { 'src/a.gradcheck.mjs': spec('a'), 'src/b.gradcheck.mjs': spec('b') };

const scratch = scratchFolders();
async function projectOf(files: Record<string, string>): Promise<string> {
  const folder = await scratch();
  for (const [name, content] of Object.entries({ ...modules, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
const check = async (cwd: string, ...args: string[]) => {
  const { stderr, ...ended } = await backproof(['check', ...args], { cwd });
  return { ...ended, stderr: withoutProgress(stderr, 'check') };
};

const settings = `{ check: { files: ['src'], seed: 7, mode: 'sampled', timeout: 90 } }`;
const strict = JSON.stringify({ check: { files: ['src'], seed: 7, mode: 'sampled', timeout: 90 } });

describe('the configuration of check', () => {
  it.each([
    ['package.json', `{ "name": "p", "backproof": ${strict} }`],
    ['backproof.config.json', strict],
    ['backproof.config.mjs', `export default ${settings};`],
    ['backproof.config.cjs', `module.exports = ${settings};`],
    [
      'backproof.config.ts',
      `import type { BackproofConfig } from 'backproof/gradcheck';
       import { seed } from './seed.mjs';
       export default { check: { ...${settings}.check, seed } } satisfies BackproofConfig;`,
    ],
  ])('is read from %s', async (file, content) => {
    const folder = await projectOf({ [file]: content, 'seed.mjs': 'export const seed = 7;' });
    const { code, stdout, stderr } = await check(folder, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { files, options } = JSON.parse(stdout);
    expect(files.map((checked: { file: string }) => checked.file)).toEqual([
      'src/a.gradcheck.mjs',
      'src/b.gradcheck.mjs',
    ]);
    expect(options).toMatchObject({ seed: 7, mode: 'sampled', order: 1 });
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('comes after the command line, and is found from a folder below', async () => {
    const folder = await projectOf({ 'backproof.config.json': strict });
    const { stdout } = await check(join(folder, 'src'), '--seed', '3', '--json');
    const { files, options } = JSON.parse(stdout);
    expect(files).toHaveLength(2);
    expect(options).toMatchObject({ seed: 3, mode: 'sampled' });
    const one = await check(folder, 'src/b.gradcheck.mjs', '--json');
    expect(JSON.parse(one.stdout).files).toHaveLength(1);
  });

  it('has reporters write files, and the table stays on stdout', async () => {
    const check_ = {
      files: 'src',
      reporters: [
        ['junit', 'made/gradients.xml'],
        ['json', 'made/check.json'],
      ],
    };
    const folder = await projectOf({ 'backproof.config.json': JSON.stringify({ check: check_ }) });
    const { code, stdout } = await check(folder);
    expect(code).toBe(0);
    expect(stdout).toContain('verdict  PASS: 2 specs');
    expect(await readFile(join(folder, 'made', 'gradients.xml'), 'utf8')).toContain('<testsuites');
    expect(JSON.parse(await readFile(join(folder, 'made', 'check.json'), 'utf8'))).toMatchObject({
      schema: 'backproof/check/1',
      verdict: 'pass',
    });
  });

  it.each<[unknown, string]>([
    [{ check: { sed: 1 } }, 'backproof.config.json: check: expected keys out of files, reporters, seed,'],
    [
      { files: ['src'] },
      'backproof.config.json: expected keys out of check, got files (did you mean check?)',
    ],
    [
      { check: { files: 'src', mode: 'ful' } },
      'backproof.config.json: mode: expected one of full, sampled, directional, got ful (did you mean full?)',
    ],
    [
      { check: { files: 'src', reporters: ['junit', 'json'] } },
      'backproof.config.json: reporters: expected one reporter without a file, got junit, json',
    ],
    [{ check: {} }, 'check: expected a FILE with specs, got none (--init FILE writes an example)'],
    [[1], 'backproof.config.json: expected an object, got [1]'],
  ])('refuses %j in one line', async (config, message) => {
    const folder = await projectOf({ 'backproof.config.json': JSON.stringify(config) });
    const { code, stdout, stderr } = await check(folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`backproof: ${message}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says what is wrong with a file that does not load', async () => {
    const folder = await projectOf({ 'backproof.config.mjs': "throw new Error('no luck');" });
    const { code, stderr } = await check(folder);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'backproof: backproof.config: expected a file that loads, got no luck\n',
    });
  });
});
