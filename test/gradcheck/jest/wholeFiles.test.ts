import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installedProjects, runNode } from '../../support/installed.ts';

const projects = installedProjects();

/** Code under test that imports TensorFlow.js itself under several of its names, one of them through a package. */
const modules = {
  'code.mjs': `
import * as tf from '@tensorflow/tfjs';
import { tanh } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { act } from 'somebodys-layers';
setWasmPaths('/wasm/');
export const activation = (x) => tf.mul(tanh(x), act(x)).relu();
export const double = tf.scalar(0).dataSync() instanceof Float64Array;
export const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
`,
  'code.cjs': `
const tf = require('@tensorflow/tfjs');
const { tanh } = require('@tensorflow/tfjs-core');
const { layers } = require('@tensorflow/tfjs-layers');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
const { act } = require('somebodys-layers');
setWasmPaths('/wasm/');
exports.activation = (x) => tf.mul(tanh(x), act(x)).relu();
exports.double = tf.scalar(0).dataSync() instanceof Float64Array;
exports.model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
`,
  'node_modules/somebodys-layers/package.json':
    '{ "name": "somebodys-layers", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }',
  'node_modules/somebodys-layers/index.mjs':
    "import { sigmoid } from '@tensorflow/tfjs'; export const act = (x) => sigmoid(x);",
  'node_modules/somebodys-layers/index.cjs':
    "const tf = require('@tensorflow/tfjs'); exports.act = (x) => tf.sigmoid(x);",
  'package.json': '{}',
};

/** The modules without wasm, which single precision would try to load. */
const withoutWasm = Object.fromEntries(
  Object.entries(modules).map(([name, text]) => [name, text.replace(/^.*wasm.*\n/gim, '')]),
);

/** The same tests for every runner; the second is wrong for negative x. */
const body = `
const spec = { name: 'activation', inputs: { x: [0.5, 1.5] }, forward: (_tf, { x }) => activation(x) };
const planted = { ...spec, backward: (tf, _inputs, dy) => ({ x: tf.mul(dy, 0.75) }) };
test('right', async () => {
  await expect(spec).toPassGradcheck();
});
test('wrong', async () => {
  await expect(expect(planted).toPassGradcheck()).rejects.toThrow('Odd one out: YOUR backward');
});
test('variables', async () => {
  const forward = (_tf, { x }) => model.apply(x);
  await expect({ inputs: { x: [[1, 2]] }, variables: model, forward }).toPassGradcheck();
});
test('precision', () => expect(double).toBe(true));
`;
const esm = `import { activation, double, model } from './code.mjs';\n`;
const commonjs = `const { activation, double, model } = require('./code.cjs');\n`;

/** The error of the tests in single precision, with the line to add. */
const LINE =
  /GradcheckInputError: activation: expected ops of the tf that is handed in, got those of another TensorFlow\.js, which the code imports: (.*)/;

describe('Jest', () => {
  const vm = { NODE_OPTIONS: '--experimental-vm-modules' };
  const common = { testMatch: ['**/*.test.*'], testTimeout: 60_000, transform: {} };
  const json = (more: object) => ({ 'jest.config.json': JSON.stringify({ ...common, ...more }) });
  const spread = (head: string, as: string) =>
    `${head}\n${as} { ...${JSON.stringify(common)}, moduleNameMapper: { '^elsewhere$': 'nowhere', ...moduleNameMapper } };`;

  it.each([
    ['ES modules, preset', 'activation.test.mjs', json({ preset: 'backproof' })],
    ['CommonJS, preset', 'activation.test.cjs', json({ preset: 'backproof' })],
    [
      'ES modules, moduleNameMapper',
      'activation.test.mjs',
      {
        'jest.config.mjs': spread(
          "import { moduleNameMapper } from 'backproof/jest-preset';",
          'export default',
        ),
      },
    ],
    [
      'CommonJS, moduleNameMapper',
      'activation.test.cjs',
      {
        'jest.config.cjs': spread(
          "const { moduleNameMapper } = require('backproof/jest-preset');",
          'module.exports =',
        ),
      },
    ],
  ])('runs a whole file in double precision: %s', async (_what, file, config) => {
    const head = file.endsWith('.mjs')
      ? `import 'backproof/jest';\n${esm}`
      : `require('backproof/jest');\n${commonjs}`;
    const folder = await projects.create({ ...modules, ...config, [file]: head + body });
    const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const { code, output } = await runNode(folder, [jest, '--colors=false'], vm);
    expect(output).toContain('Tests:       4 passed, 4 total');
    expect(code).toBe(0);
  });

  it('says the line to add where it is not there', async () => {
    const files = {
      ...withoutWasm,
      ...json({}),
      'activation.test.cjs': `require('backproof/jest');\n${commonjs}${body}`,
    };
    const folder = await projects.create(files);
    const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const { code, output } = await runNode(folder, [jest, '--colors=false'], {});
    expect(LINE.exec(output)?.[1]).toBe(
      "add preset: 'backproof' to the Jest config, or with another preset the moduleNameMapper of 'backproof/jest-preset'",
    );
    expect(output).toContain('Tests:       4 failed, 4 total');
    expect(code).toBe(1);
  });
});

describe('Vitest', () => {
  const head = `import 'backproof/jest'; import { expect, test } from 'vitest';\n${esm}`;
  const options = (more = '') => `include: ['*.test.mjs'], testTimeout: 60_000${more}`;
  const inline = (names: string) => `, server: { deps: { inline: [${names}] } }`;
  const plugin = "import { gradcheck } from 'backproof/vitest';\n";

  it.each([
    ['forks', options()],
    ['threads', options(", pool: 'threads'")],
    ['one worker for all files', options(', isolate: false')],
    // In vm pools the plugin cannot reach Node's own loader.
    ['vmThreads', options(`, pool: 'vmThreads'${inline("'somebodys-layers'")}`)],
    ['this package inlined', options(inline("'backproof', 'somebodys-layers'"))],
  ])('runs a whole file in double precision: %s', async (_what, test) => {
    const config = `${plugin}export default { plugins: [gradcheck()], test: { ${test} } };`;
    const files = { ...modules, 'activation.test.mjs': head + body, 'vitest.config.mjs': config };
    const folder = await projects.create(files);
    const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
    const { code, output } = await runNode(folder, [vitest, 'run', '--no-color'], { NO_COLOR: '1' });
    expect(output).toMatch(/Tests {2}4 passed \(4\)/);
    expect(code).toBe(0);
  });

  it('reaches packages in node_modules that are CommonJS', async () => {
    const config = `${plugin}export default { plugins: [gradcheck()], test: { ${options()} } };`;
    const files = {
      'node_modules/older-layers/package.json': '{ "name": "older-layers", "main": "index.js" }',
      'node_modules/older-layers/index.js': modules['node_modules/somebodys-layers/index.cjs'],
      'activation.test.mjs': `import 'backproof/jest'; import { expect, test } from 'vitest';
        import { act } from 'older-layers';
        const spec = { inputs: { x: [0.5, 1.5] }, forward: (_tf, { x }) => act(x) };
        test('right', () => expect(spec).toPassGradcheck());`,
      'vitest.config.mjs': config,
      'package.json': '{}',
    };
    const folder = await projects.create(files);
    const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
    const { code, output } = await runNode(folder, [vitest, 'run', '--no-color'], { NO_COLOR: '1' });
    expect(output).toMatch(/Tests {2}1 passed \(1\)/);
    expect(code).toBe(0);
  });

  it('does so in one project only, and says the line to add in the other', async () => {
    const config = `${plugin}export default { test: { projects: [
      { plugins: [gradcheck()], test: { name: 'double', ${options()} } },
      { test: { name: 'single', ${options()} } },
    ] } };`;
    const files = { ...withoutWasm, 'activation.test.mjs': head + body, 'vitest.config.mjs': config };
    const folder = await projects.create(files);
    const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
    const { code, output } = await runNode(folder, [vitest, 'run', '--no-color'], { NO_COLOR: '1' });
    expect(LINE.exec(output)?.[1]).toContain(
      "add plugins: [gradcheck()] with gradcheck from 'backproof/vitest' to the Vitest config",
    );
    expect(output).toMatch(/Tests {2}4 failed \| 4 passed \(8\)/);
    expect(code).toBe(1);
  });

  it('leaves a build alone', async () => {
    const config = `${plugin}export default { plugins: [gradcheck()], logLevel: 'warn', build: { minify: false, lib: { entry: 'entry.mjs', formats: ['es'], fileName: () => 'built.js' }, rollupOptions: { external: /^@tensorflow/ } } };`;
    const files = {
      'package.json': '{ "name": "built" }',
      'entry.mjs': "export { sigmoid } from '@tensorflow/tfjs-core';",
      'vite.config.mjs': config,
      'shown.mjs':
        "import { readFileSync } from 'node:fs'; console.log(readFileSync('dist/built.js', 'utf8'));",
    };
    const folder = await projects.create(files);
    const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
    expect(await runNode(folder, [vite, 'build'])).toMatchObject({ code: 0 });
    const { output } = await runNode(folder, ['shown.mjs']);
    expect(output).toContain('from "@tensorflow/tfjs-core"');
  });
});
