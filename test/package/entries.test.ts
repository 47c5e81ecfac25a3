import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installedProjects, runNode } from '../support/installed.ts';

const projects = installedProjects();

/** Without the native addon this one cannot be loaded. */
const NEEDS_ADDON = ['./native'];

describe('the packed package', () => {
  it('has every entry, with types, as an ES module and as CommonJS', async () => {
    const folder = await projects.create({ 'package.json': '{}' });
    const manifest = join(folder, 'node_modules', 'backproof', 'package.json');
    const { exports } = JSON.parse(await readFile(manifest, 'utf8')) as {
      exports: Record<string, Conditions>;
    };
    expect(Object.keys(exports)).toEqual(
      expect.arrayContaining([
        '.',
        './float64',
        './gradcheck',
        './gradients',
        './jest',
        './jest-preset',
        './vitest',
        './wasm-training',
      ]),
    );
    for (const conditions of Object.values(exports))
      for (const file of filesOf(conditions)) await readFile(join(manifest, '..', file));
    const names = Object.keys(exports)
      .filter((entry) => !NEEDS_ADDON.includes(entry) && entry !== './package.json')
      .map((entry) => join('backproof', entry));
    const load = `const names = ${JSON.stringify(names)};
      for (const name of names) if (typeof (await import(name)) !== 'object') throw new Error(name);
      console.log('loaded', names.length);`;
    expect(await runNode(folder, ['--input-type=module', '-e', load])).toMatchObject({ code: 0 });
    const require = `for (const name of ${JSON.stringify(names)})
      if (!/object|function/.test(typeof require(name))) throw new Error(name);`;
    expect(await runNode(folder, ['--input-type=commonjs', '-e', require])).toMatchObject({ code: 0 });
  });

  const spec = '{ inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.sin(x) }';
  it.each([
    [
      'module',
      `import * as tf from 'backproof/float64'; import { gradcheck, GradcheckInputError } from 'backproof/gradcheck';
       import { gradcheckMatchers } from 'backproof/jest';`,
    ],
    [
      'commonjs',
      `const tf = require('backproof/float64'); const { gradcheck, GradcheckInputError } = require('backproof/gradcheck');
       const { gradcheckMatchers } = require('backproof/jest');`,
    ],
  ])('checks gradients as %s, with one TensorFlow.js and one checker', async (type, head) => {
    const folder = await projects.create({ 'package.json': '{}' });
    const program = `${head}
      (async () => {
        const { status } = await gradcheck(${spec});
        const own = await gradcheck({ ...${spec}, forward: (_, { x }) => tf.sin(x) });
        const { pass } = await gradcheckMatchers.toPassGradcheck.call({}, ${spec});
        const refused = await gradcheckMatchers.toPassGradcheck.call({}, 5).catch((error) => error);
        console.log(status, own.status, pass, refused instanceof GradcheckInputError);
      })();`;
    const { output } = await runNode(folder, [`--input-type=${type}`, '-e', program]);
    expect(output).toBe('pass pass true true\n');
  });

  it('has a program that checks a module of the project', async () => {
    const folder = await projects.create({ 'package.json': '{}', 'sine.ts': `export const sine = ${spec};` });
    const program = join('node_modules', 'backproof', 'dist', 'cli.js');
    const { code, output } = await runNode(folder, [program, 'check', 'sine.ts']);
    expect(output).toContain('verdict  PASS: 1 spec');
    expect(code).toBe(0);
  });
});

type Conditions = string | { readonly [condition: string]: Conditions };
const filesOf = (conditions: Conditions): string[] =>
  typeof conditions === 'string' ? [conditions] : Object.values(conditions).flatMap(filesOf);
