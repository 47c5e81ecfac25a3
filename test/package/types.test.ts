import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backproof } from '../support/cli.ts';
import { installedProjects, runNode } from '../support/installed.ts';

const projects = installedProjects();

const uses = `
export const dense: GradcheckSpec<'x' | 'w'> = {
  inputs: { x: new Float64Array(4), w: { values: [1, 2], shape: [2, 1] } },
  forward: (tf, { x, w }) => tf.matMul(tf.reshape(x, [2, 2]), w),
  backward: (tf, { x, w }, dy) => ({ w: tf.matMul(tf.reshape(x, [2, 2]), dy, true), x: tf.matMul(dy, w, false, true) }),
};
// @ts-expect-error: no such input
export const misspelled: GradcheckSpec<'x'> = { inputs: { y: 1 }, forward: (tf, { x }) => tf.sin(x) };
export const status: Promise<'pass' | 'fail' | 'inconclusive' | 'unsupported'> =
  gradcheck(dense, { mode: 'sampled', kinks: 'skip' }).then((result) => result.status);
declare const model: LayersModel;
export const ofModel: Promise<GradcheckResult> = gradcheckModel(model, {
  x: [[1, 2]],
  y: { values: [1], shape: [1, 1] },
  loss: (tf, yTrue, yPred) => tf.losses.huberLoss(yTrue, yPred),
  register: (tf) => void tf.serialization,
  mode: 'sampled',
});
// @ts-expect-error: no loss
export const withoutLoss = gradcheckModel(model, { x: 1, y: 1 });
export const doubled: Tensor = tf64.mul(tf64.scalar(1), 2);
export const isOurs = (error: unknown): boolean => error instanceof GradcheckInputError;
`;
const imports = `import type { LayersModel } from '@tensorflow/tfjs';
import * as tf64 from 'backproof/float64';
import {
  GradcheckInputError, type GradcheckResult, type GradcheckSpec, gradcheck, gradcheckModel, type Tensor,
} from 'backproof/gradcheck';`;
const assertions = `
export const held: Promise<void>[] = [
  expect({}).toPassGradcheck({ seed: 3 }),
  expect({}).not.toPassGradcheck(),
];
// @ts-expect-error: no such option
export const misspelled = expect({}).toPassGradcheck({ sed: 3 });
// @ts-expect-error: no such matcher
export const unknown = expect({}).toPassGradchek();
`;
const loads = "import 'backproof/jest';";
const RUNNERS = ['jest', '@jest', '@types', 'expect', 'vitest', '@vitest'];

/** Type errors in a project's own files and in those of the package. */
async function typeErrors(folder: string, options: Record<string, unknown> = {}): Promise<string[]> {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    noEmit: true,
    types: [],
    // Of the package as well; those of others are sorted out below.
    skipLibCheck: false,
    ...options,
  };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, exclude: ['node_modules'] }),
  );
  const compiler = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  const { output } = await runNode(folder, [compiler, '--pretty', 'false']);
  return output
    .split('\n')
    .filter(
      (line) =>
        /error TS/.test(line) &&
        (!line.includes('node_modules/') || line.includes('node_modules/backproof/')),
    );
}

describe('types', () => {
  // Each file takes the types of its own kind of module, so that one compilation does for both.
  it('of backproof/gradcheck and backproof/float64, in ES modules and CommonJS', async () => {
    const code = imports + uses;
    const folder = await projects.create({ 'package.json': '{}', 'uses.mts': code, 'uses.cts': code });
    expect(await typeErrors(folder)).toEqual([]);
  });

  it.each([
    ['Jest with globals', loads, ['jest']],
    ['@jest/globals', `${loads} import { expect } from '@jest/globals';`, []],
    ['Vitest', `${loads} import { expect } from 'vitest';`, []],
    ['Vitest with globals', loads, ['vitest/globals']],
  ])('of the matcher in %s, in ES modules and CommonJS', async (_runner, head, types) => {
    const code = head + assertions;
    const folder = await projects.create({ 'package.json': '{}', 'uses.mts': code, 'uses.cts': code });
    expect(await typeErrors(folder, { types })).toEqual([]);
  });

  it('of the settings of Vitest and Jest, in ES modules and CommonJS', async () => {
    const config = `import { moduleNameMapper } from 'backproof/jest-preset';
      import { gradcheck } from 'backproof/vitest';
      import type { Config } from 'jest';
      import { defineConfig } from 'vitest/config';
      export const jest: Config = { moduleNameMapper: { '^a$': 'b', ...moduleNameMapper } };
      export const vitest = defineConfig({ plugins: [gradcheck()], test: { projects: [{ plugins: [gradcheck()] }] } });`;
    const files = { 'package.json': '{}', 'config.mts': config, 'config.cts': config };
    const folder = await projects.create(files);
    expect(await typeErrors(folder)).toEqual([]);
  });

  it('are whole where neither Jest nor Vitest is there', async () => {
    const head = `${imports} import { gradcheckMatchers } from 'backproof/jest'; export const m = gradcheckMatchers;`;
    const code = head + uses;
    const files = { 'package.json': '{}', 'uses.mts': code, 'uses.cts': code };
    const folder = await projects.create(files, RUNNERS);
    expect(await readdir(join(folder, 'node_modules'))).not.toContain('vitest');
    expect(await typeErrors(folder)).toEqual([]);
  });

  it.each(['example.ts', 'example.mjs'])('of the example that --init writes as %s', async (file) => {
    const folder = await projects.create({ 'package.json': '{ "type": "module" }' });
    expect((await backproof(['check', '--init', file], { cwd: folder })).code).toBe(0);
    expect(await readFile(join(folder, file), 'utf8')).toContain('swish');
    expect(await typeErrors(folder, { allowJs: true, checkJs: file.endsWith('.ts') })).toEqual([]);
  });
});
