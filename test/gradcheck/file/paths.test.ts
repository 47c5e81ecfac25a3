import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders, withoutProgress } from '../../support/cli.ts';

const scratch = scratchFolders();
async function check(files: Record<string, string>, ...args: string[]) {
  const cwd = await scratch();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
  const { stderr, ...ended } = await backproof(['check', ...args], { cwd });
  return { ...ended, stderr: withoutProgress(stderr, 'check') };
}

const loss = `import * as tf from '@tensorflow/tfjs';
  export const loss = (x: tf.Tensor): tf.Tensor => tf.square(x);`;
const spec = (imports: string) => `${imports}
  export const checked = { inputs: { x: [0.5, -1.5] }, forward: (_: unknown, { x }: { x: never }) => loss(x) };`;
const mapping = { '@/*': ['./src/*'], 'the-loss': ['./src/loss.ts'] };
const paths = JSON.stringify({ compilerOptions: { paths: mapping } });

describe('the paths of a tsconfig.json', () => {
  it.each([
    ['a pattern', "import { loss } from '@/loss';", { 'tsconfig.json': paths }],
    ['an extension', "import { loss } from '@/loss.js';", { 'tsconfig.json': paths }],
    ['a name', "import { loss } from 'the-loss';", { 'tsconfig.json': paths }],
    ['a folder', "import { loss } from '@/folder';", { 'tsconfig.json': paths }],
    [
      'comments, and another file that it extends',
      "import { loss } from '@/loss';",
      { 'tsconfig.json': '{ /* ours */ "extends": "./base.json", }', 'base.json': paths },
    ],
    [
      'a file that it refers to',
      "import { loss } from '@/loss';",
      { 'tsconfig.json': '{ "files": [], "references": [{ "path": "./app.json" }] }', 'app.json': paths },
    ],
    [
      'baseUrl',
      "import { loss } from 'src/loss';",
      { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }' },
    ],
  ])('resolve %s', async (_what, imports, configs) => {
    const folder = { 'src/folder/index.ts': "export * from '@/loss';", 'src/loss.ts': loss };
    const { code, stdout, stderr } = await check(
      { ...folder, ...configs, 'specs/loss.gradcheck.ts': spec(imports) },
      'specs',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('PASS: 1 spec');
  });

  it('resolve a require', async () => {
    const commonjs = spec("const { loss } = require('@/loss');").replace(
      'export const checked',
      'exports.checked',
    );
    const required = "const tf = require('@tensorflow/tfjs'); exports.loss = (x) => tf.square(x);";
    const files = { 'tsconfig.json': paths, 'src/loss.ts': required, 'a.gradcheck.cts': commonjs };
    expect(await check(files, 'a.gradcheck.cts')).toMatchObject({ code: 0, stderr: '' });
  });

  it('leave what they do not name to Node, and name what is missing', async () => {
    const { code, stderr } = await check(
      { 'tsconfig.json': paths, 'a.gradcheck.ts': spec("import { loss } from '@/nowhere';") },
      'a.gradcheck.ts',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('@/nowhere');
  });
});
