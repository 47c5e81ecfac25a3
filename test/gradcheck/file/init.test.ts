import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

describe('backproof check --init', () => {
  it.each(['example.ts', 'example.mts', 'example.js', 'example.mjs', 'example.cjs'])(
    'writes %s, which passes, and leaves it alone afterwards',
    async (file) => {
      const cwd = await scratch();
      const init = await backproof(['check', '--init', file], { cwd });
      expect(init).toMatchObject({ code: 0, stderr: '' });
      const written = await readFile(join(cwd, file), 'utf8');
      expect(written).toContain(`npx backproof check ${file}`);
      const { code, stdout } = await backproof(['check', file], { cwd });
      expect(code).toBe(0);
      expect(stdout).toContain('verdict  PASS: 2 specs');
      const again = await backproof(['check', '--init', file], { cwd });
      expect(again).toMatchObject({ code: 2, stdout: '' });
      expect(again.stderr).toContain('got one that exists, which stays as it is');
      expect(await readFile(join(cwd, file), 'utf8')).toBe(written);
    },
  );

  it('writes CommonJS where package.json asks for it', async () => {
    const cwd = await scratch();
    await writeFile(join(cwd, 'package.json'), '{ "type": "commonjs" }');
    await backproof(['check', '--init', 'example.js'], { cwd });
    expect(await readFile(join(cwd, 'example.js'), 'utf8')).toContain('module.exports = ');
    expect((await backproof(['check', 'example.js'], { cwd })).code).toBe(0);
  });

  it.each([
    ['example.py', 'expected a name that ends with .ts, .mts, .js, .mjs, .cjs, got .py'],
    ['nowhere/example.ts', 'expected a new file in an existing folder, got ENOENT'],
  ])('refuses %s', async (file, expected) => {
    const { code, stderr } = await backproof(['check', '--init', file], { cwd: await scratch() });
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
});

it('backproof check --self-test prints the detection table', async () => {
  const { code, stdout } = await backproof(['check', '--self-test', '--json'], { cwd: await scratch() });
  expect(code).toBe(0);
  const { schema, verdict, mistakes, falseAlarms } = JSON.parse(stdout);
  expect([schema, verdict, falseAlarms]).toEqual(['backproof/self-test/1', 'pass', 0]);
  expect(mistakes.length).toBeGreaterThanOrEqual(20);
});
