import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installedProjects, runNode } from '../../support/installed.ts';

const projects = installedProjects();

/** The same test for every runner; each case adds the lines that import its functions. */
const body = `
const right = {
  name: 'sine',
  inputs: { x: new Float64Array([0.5, -1.5]) },
  forward: (tf, { x }) => tf.sin(x),
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.cos(x)) }),
};
const wrong = { ...right, backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };
const unsupported = { inputs: right.inputs, forward: (tf, { x }) => tf.topk(x).values };
test('right', async () => {
  await expect(right).toPassGradcheck();
});
test('wrong', async () => {
  await expect(wrong).not.toPassGradcheck({ seed: 2 });
  await expect(expect(wrong).toPassGradcheck()).rejects.toThrow('Odd one out: YOUR backward');
});
test('neither', async () => {
  await expect(expect(unsupported).toPassGradcheck()).rejects.toThrow('Gradient check UNSUPPORTED');
  await expect(expect(unsupported).not.toPassGradcheck()).rejects.toThrow('Neither right nor wrong');
});
test('fails', async () => {
  await expect(wrong).toPassGradcheck();
});
`;

describe('Jest', () => {
  const esm = { NODE_OPTIONS: '--experimental-vm-modules' };
  it.each([
    ['ES modules, globals', 'sine.test.mjs', "import 'backproof/jest';", [], esm],
    [
      'ES modules, no globals',
      'sine.test.mjs',
      "import 'backproof/jest'; import { expect, test } from '@jest/globals';",
      ['--injectGlobals=false'],
      esm,
    ],
    ['CommonJS, globals', 'sine.test.cjs', "require('backproof/jest');", [], {}],
    [
      'CommonJS, no globals',
      'sine.test.cjs',
      "require('backproof/jest'); const { expect, test } = require('@jest/globals');",
      ['--injectGlobals=false'],
      {},
    ],
    ['ES modules, from a setup file', 'sine.test.mjs', '', ['--setupFilesAfterEnv=backproof/jest'], esm],
    ['CommonJS, from a setup file', 'sine.test.cjs', '', ['--setupFilesAfterEnv=backproof/jest'], {}],
  ])('%s', async (_what, file, head, args, env) => {
    const config = JSON.stringify({ testMatch: ['**/*.test.*'], testTimeout: 60_000, transform: {} });
    const folder = await projects.create({
      [file]: head + body,
      'jest.config.json': config,
      'package.json': '{}',
    });
    const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const { code, output } = await runNode(folder, [jest, '--colors=false', ...args], env);
    expect(output).toContain('Tests:       1 failed, 3 passed, 4 total');
    expect(output).toMatch(
      /Gradient check FAILED: sine: x \[2\], 2 of 2 elements wrong\n\s*Odd one out: YOUR/,
    );
    expect(code).toBe(1);
  });
});

describe('Vitest', () => {
  it.each([
    ['no globals', "import 'backproof/jest'; import { expect, test } from 'vitest';", ''],
    ['globals', "import 'backproof/jest';", 'globals: true'],
    ['from a setup file', "import { expect, test } from 'vitest';", "setupFiles: ['backproof/jest']"],
    [
      'with the package inlined',
      "import 'backproof/jest'; import { expect, test } from 'vitest';",
      "server: { deps: { inline: ['backproof'] } }",
    ],
  ])('%s', async (_what, head, option) => {
    const config = `export default { test: { include: ['*.test.mjs'], testTimeout: 60_000, ${option} } };`;
    const folder = await projects.create({
      'sine.test.mjs': head + body,
      'vitest.config.mjs': config,
      'package.json': '{}',
    });
    const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
    const { code, output } = await runNode(folder, [vitest, 'run', '--no-color'], { NO_COLOR: '1' });
    expect(output).toContain('1 failed | 3 passed (4)');
    expect(output).toMatch(
      /Gradient check FAILED: sine: x \[2\], 2 of 2 elements wrong\n\s*Odd one out: YOUR/,
    );
    expect(code).toBe(1);
  });
});
