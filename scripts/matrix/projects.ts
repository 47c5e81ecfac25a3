import { join } from 'node:path';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { findAddon } from '../../src/tfjs/native/tfjsNode.ts';

type Command = readonly string[];

/** A command in the project, and the text that it prints. */
export interface Run {
  readonly command: Command;
  readonly expected: RegExp;
}

/** A folder in which the package is installed. */
export interface Project {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  install(tarball: string): readonly Command[];
  /** Packages of the repository that are linked into it. */
  readonly links?: readonly string[];
  /** Uses of the installed package. */
  readonly cases: Readonly<Record<string, readonly Run[]>>;
}

const SPEC = `export const sine = { inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.sin(x) };`;
/** A module that imports TensorFlow.js itself, in TypeScript. */
const OWN = `import * as tf from '@tensorflow/tfjs';
  export const square = { inputs: { x: [0.5, -1.5] }, forward: (_: unknown, { x }: { x: tf.Tensor }) => tf.square(x) };`;
const GRADCHECK = `import { gradcheck } from 'backproof/gradcheck';
  import * as tf from 'backproof/float64';
  const { status } = await gradcheck({ inputs: { x: [1, 2] }, forward: (_, { x }) => tf.sin(x) });
  console.log('gradcheck', status);`;
/** The gradient of a convolution on wasm, with the packages of TensorFlow.js under these names. */
const trainOnWasm = (core: string) => `import * as tf from '${core}';
  import 'backproof/wasm-training';
  import 'backproof/cpu-fixes';
  tf.env().set('PROD', true);
  await tf.setBackend('wasm');
  const x = tf.randomNormal([4, 8, 8, 1], 0, 1, 'float32', 1);
  // By its kernel: tfjs-core by itself registers no gradients in Node.
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 1, 2] };
  const inputs = { x, dy: tf.ones([4, 8, 8, 2]) };
  const gradient = tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributes);
  console.log('trains on', tf.getBackend(), gradient.shape.join());`;
const TEST = `test('a module that imports TensorFlow.js', async () => {
  await expect(square).toPassGradcheck();
});`;

const TFJS = ['@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0'];
const npmInstall = (...args: string[]): Command => [
  'npm',
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  ...args,
];
const esModule = '{ "private": true, "type": "module" }';
const node = process.execPath;
const cli = join('node_modules', 'backproof', 'dist', 'cli.js');
const bin = (...path: string[]) => join('node_modules', ...path);
/** A module that imports TensorFlow.js, and one that is handed it. */
const checked = { 'own.gradcheck.ts': OWN, 'handed.gradcheck.mjs': SPEC };
const bothPass = /PASS: 2 specs/;

const runs = (expected: RegExp, ...command: string[]): Run => ({ command, expected });
const trains = (backend: string, ...program: string[]): Run =>
  runs(
    new RegExp(`engine {4}manual on ${backend}[\\s\\S]*written`),
    ...[...program, cli, 'train', '--data', 'synthetic', '--epochs', '2', '--backend', backend],
  );

/** Each Node by the package of its program, named for the platform. */
const nodes = { 20: '20.19.6', 22: '22', 24: '24', 26: '26' };
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
/** The addon is compiled once, in the repository. CI has to have it. */
const native = process.env.CI === 'true' || findAddon(packageRoot()) !== null ? ['native'] : [];
/** The part that is not tried here, and why; null if all of it is. */
export const leftOut =
  native.length > 0 ? null : 'train on native: the addon of tfjs-node is not there; npm run setup:native';

/** A folder without TensorFlow.js, which the program has inside; the main job ends with a page. */
const everyNode: Project = {
  name: 'node',
  files: { 'package.json': '{ "private": true }', ...checked },
  install: (tarball) => [
    npmInstall(
      tarball,
      ...Object.entries(nodes).map(([major, version]) => `node${major}@npm:${nodePackage}@${version}`),
    ),
  ],
  links: native.map(() => '@tensorflow/tfjs-node'),
  cases: Object.fromEntries(
    Object.keys(nodes).flatMap((major) => {
      const program = bin(`node${major}`, 'bin', 'node');
      const example = `layers${major}.ts`;
      return [
        [
          `${major}, check`,
          [
            runs(/wrote/, program, cli, 'check', '--init', example),
            runs(/PASS: [3-9] specs/, program, cli, 'check', example, ...Object.keys(checked)),
          ],
        ],
        [`${major}, train`, ['cpu', 'wasm', ...native].map((backend) => trains(backend, program))],
        [
          `${major}, run`,
          [
            runs(
              /verdict {3}PASS[\s\S]*report {4}file:.*report\.html/,
              ...[program, cli, 'run', '--offline', '--epochs', '2', '--per-class', '5'],
            ),
          ],
        ],
      ];
    }),
  ),
};

const jest = (config: string): Run =>
  runs(/1 passed, 1 total/, node, bin('jest', 'bin', 'jest.js'), '-c', config);
const runners: Project = {
  name: 'runners',
  files: {
    'package.json': '{ "private": true }',
    ...checked,
    'src/square.ts': OWN,
    'test/square.test.ts': `import 'backproof/jest';\nimport { square } from '../src/square';\n${TEST}`,
    'swc.config.cjs': `module.exports = { preset: 'backproof', transform: { '\\\\.ts$': '@swc/jest' } };`,
    'ts-jest.config.cjs': `const { moduleNameMapper } = require('backproof/jest-preset');
      module.exports = { preset: 'ts-jest', moduleNameMapper };`,
    'vitest.config.mts': `import { gradcheck } from 'backproof/vitest';
      export default { plugins: [gradcheck()], test: { globals: true } };`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'commonjs',
        target: 'es2022',
        esModuleInterop: true,
        skipLibCheck: true,
        types: ['jest'],
      },
    }),
  },
  install: (tarball) => [
    npmInstall(
      tarball,
      ...TFJS,
      ...['jest@30', '@types/jest@30', '@swc/core', '@swc/jest', 'ts-jest', 'typescript@5', 'vitest@4'],
    ),
  ],
  cases: {
    'Jest with swc': [jest('swc.config.cjs')],
    'Jest with ts-jest': [jest('ts-jest.config.cjs')],
    Vitest: [runs(/1 passed/, node, bin('vitest', 'vitest.mjs'), 'run')],
    check: [runs(bothPass, node, cli, 'check', '.')],
  },
};

/** Older lines of TensorFlow.js, and the parts without the whole. */
const tfjs = (name: string, core: string, ...packages: string[]): Project => ({
  name,
  files: {
    'package.json': esModule,
    'train.js': trainOnWasm(core),
    'gradcheck.js': GRADCHECK,
    'handed.gradcheck.mjs': SPEC,
  },
  install: (tarball) => [npmInstall(tarball, ...packages)],
  cases: {
    'wasm-training and cpu-fixes': [runs(/trains on wasm 3,3,1,2/, node, 'train.js')],
    gradcheck: [runs(/gradcheck pass/, node, 'gradcheck.js'), runs(/PASS: 1 spec/, node, cli, 'check', '.')],
  },
});
const versioned = (version: string) =>
  tfjs(
    `tfjs-${version}`,
    '@tensorflow/tfjs',
    `@tensorflow/tfjs@${version}`,
    `@tensorflow/tfjs-backend-wasm@${version}`,
  );

/** Another package manager, in a folder of its own: a start by npx costs a second each. */
const tool = (name: string, ...program: string[]) => ({
  install: npmInstall('--prefix', 'tools', name),
  start: [node, join('tools', 'node_modules', ...program)],
});

const pnpmTool = tool('pnpm@10', 'pnpm', 'bin', 'pnpm.cjs');
const pnpm: Project = {
  name: 'pnpm',
  files: {
    'package.json': esModule,
    ...checked,
    'gradcheck.js': GRADCHECK,
    'train.js': trainOnWasm('@tensorflow/tfjs'),
  },
  install: (tarball) => [pnpmTool.install, [...pnpmTool.start, 'add', '--prefer-offline', tarball, ...TFJS]],
  cases: {
    'ES module': [runs(/gradcheck pass/, node, 'gradcheck.js')],
    'wasm-training': [runs(/trains on wasm/, node, 'train.js')],
    check: [runs(bothPass, ...pnpmTool.start, 'backproof', 'check', '.')],
  },
};

/** Plug'n'Play has no node_modules, and lets a package see only what it names: TensorFlow.js's parts are named here. */
const yarnTool = tool('@yarnpkg/cli-dist@4', '@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
const pnp: Project = {
  name: 'yarn-pnp',
  files: {
    'package.json': esModule,
    'yarn.lock': '',
    '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableScripts: false\nenableGlobalCache: true\n',
    ...checked,
    'gradcheck.js': GRADCHECK,
    'train.js': trainOnWasm('@tensorflow/tfjs-core'),
  },
  install: (tarball) => [
    yarnTool.install,
    [
      ...yarnTool.start,
      'add',
      `backproof@file:${tarball}`,
      ...TFJS,
      '@tensorflow/tfjs-core@4.22.0',
      '@tensorflow/tfjs-backend-cpu@4.22.0',
    ],
  ],
  cases: {
    'ES module': [runs(/gradcheck pass/, ...yarnTool.start, 'node', 'gradcheck.js')],
    'wasm-training': [runs(/trains on wasm/, ...yarnTool.start, 'node', 'train.js')],
    check: [runs(bothPass, ...yarnTool.start, 'backproof', 'check', ...Object.keys(checked))],
  },
};

const bunPackage = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
const denoPackage = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
const bun = [bin(bunPackage, 'bin', 'bun')];
const deno = [bin(denoPackage, 'deno'), 'run', '-A', '--no-prompt'];
const others: Project = {
  name: 'bun-deno',
  files: {
    'package.json': esModule,
    ...checked,
    'gradcheck.js': GRADCHECK,
    'train.js': trainOnWasm('@tensorflow/tfjs'),
  },
  install: (tarball) => [npmInstall(tarball, ...TFJS, bunPackage, denoPackage)],
  cases: {
    ...Object.fromEntries(
      Object.entries({ Bun: bun, Deno: deno }).flatMap(([name, start]) => [
        [`${name}, gradcheck`, [runs(/gradcheck pass/, ...start, 'gradcheck.js')]],
        [`${name}, wasm-training`, [runs(/trains on wasm/, ...start, 'train.js')]],
        [`${name}, train`, [trains('wasm', ...start)]],
      ]),
    ),
    // Bun has no hooks for imports: there a module that imports TensorFlow.js itself is refused.
    'Bun, check': [runs(/PASS: 1 spec/, ...bun, cli, 'check', 'handed.gradcheck.mjs')],
    'Deno, check': [runs(bothPass, ...deno, cli, 'check', '.')],
  },
};

/** All projects, those that take longest first. */
export const projects: readonly Project[] = [
  everyNode,
  runners,
  pnp,
  others,
  pnpm,
  versioned('4.0.0'),
  versioned('4.10.0'),
  versioned('4.20.0'),
  tfjs(
    'tfjs-core',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-core@4.22.0',
    '@tensorflow/tfjs-backend-cpu@4.22.0',
    '@tensorflow/tfjs-backend-wasm@4.22.0',
  ),
];
