import { join } from 'node:path';

type Command = readonly string[];

/** One use of the installed package. */
export interface Case {
  readonly files?: Readonly<Record<string, string>>;
  commands(folder: string): readonly Command[];
  /** The text that each of its commands prints. */
  readonly expected: RegExp;
}

/** A folder in which the package is installed. */
export interface Project {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  install(tarball: string): readonly Command[];
  readonly cases: Readonly<Record<string, Case>>;
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
const npmInstall = (...packages: string[]): Command => [
  'npm',
  'install',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  ...packages,
];
const esModule = '{ "private": true, "type": "module" }';
const cli = join('node_modules', 'backproof', 'dist', 'cli.js');
const bin = (...path: string[]) => join('node_modules', ...path);
const checks: Pick<Case, 'files' | 'expected'> = {
  files: { 'own.gradcheck.ts': OWN, 'handed.gradcheck.mjs': SPEC },
  expected: /PASS: 2 specs/,
};

/** An empty folder: no TensorFlow.js, and the main job ends with a page. */
const alone: Project = {
  name: 'alone',
  files: { 'package.json': '{ "private": true }' },
  install: (tarball) => [npmInstall(tarball)],
  cases: {
    'run ends with a page': {
      commands: () => [[process.execPath, cli, 'run', '--offline', '--epochs', '2', '--per-class', '20']],
      expected: /verdict {3}PASS[\s\S]*report {4}file:.*report\.html/,
    },
    'check --init': {
      commands: () => [
        [process.execPath, cli, 'check', '--init', 'layers.ts'],
        [process.execPath, cli, 'check', 'layers.ts'],
      ],
      expected: /wrote|PASS: \d specs?/,
    },
    ...Object.fromEntries(
      ['cpu', 'wasm'].map((backend) => [
        `train on ${backend}`,
        {
          commands: () => [
            [process.execPath, cli, 'train', '--data', 'synthetic', '--epochs', '2', '--backend', backend],
          ],
          expected: new RegExp(`engine {4}manual on ${backend}`),
        },
      ]),
    ),
  },
};

/** Each Node by the package of its program, named for the platform. */
const nodes = { 20: '20.19.6', 22: '22', 24: '24', 26: '26' };
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const node: Project = {
  name: 'node',
  files: { 'package.json': esModule, ...checks.files },
  install: (tarball) => [
    npmInstall(
      tarball,
      ...TFJS,
      ...Object.entries(nodes).map(([major, version]) => `node${major}@npm:${nodePackage}@${version}`),
    ),
  ],
  cases: Object.fromEntries(
    Object.keys(nodes).flatMap((major): [string, Case][] => {
      const program = bin(`node${major}`, 'bin', 'node');
      const train = (backend: string): Command => [
        program,
        cli,
        'train',
        '--data',
        'synthetic',
        '--epochs',
        '2',
        '--backend',
        backend,
      ];
      return [
        [`${major}, check`, { commands: () => [[program, cli, 'check', '.']], expected: /PASS: 2 specs/ }],
        [
          `${major}, train`,
          { commands: () => [train('cpu'), train('wasm')], expected: /written {3}outputs/ },
        ],
        [
          `${major}, run`,
          {
            commands: () => [[program, cli, 'run', '--offline', '--epochs', '2', '--per-class', '5']],
            expected: /report\.html/,
          },
        ],
      ];
    }),
  ),
};

const runners: Project = {
  name: 'runners',
  files: {
    'package.json': '{ "private": true }',
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
      'jest@30',
      '@types/jest@30',
      '@swc/core',
      '@swc/jest',
      'ts-jest',
      'typescript@5',
      'vitest@4',
    ),
  ],
  cases: {
    'Jest with swc': {
      commands: () => [[process.execPath, bin('jest', 'bin', 'jest.js'), '-c', 'swc.config.cjs']],
      expected: /1 passed, 1 total/,
    },
    'Jest with ts-jest': {
      commands: () => [[process.execPath, bin('jest', 'bin', 'jest.js'), '-c', 'ts-jest.config.cjs']],
      expected: /1 passed, 1 total/,
    },
    Vitest: {
      commands: () => [[process.execPath, bin('vitest', 'vitest.mjs'), 'run']],
      expected: /1 passed/,
    },
  },
};

/** Older lines of TensorFlow.js, and the parts without the whole. */
const tfjs = (name: string, core: string, ...packages: string[]): Project => ({
  name,
  files: { 'package.json': esModule },
  install: (tarball) => [npmInstall(tarball, ...packages)],
  cases: {
    'wasm-training and cpu-fixes': {
      files: { 'train.js': trainOnWasm(core) },
      commands: () => [[process.execPath, 'train.js']],
      expected: /trains on wasm 3,3,1,2/,
    },
    gradcheck: {
      files: { 'gradcheck.js': GRADCHECK, 'handed.gradcheck.mjs': SPEC },
      commands: () => [
        [process.execPath, 'gradcheck.js'],
        [process.execPath, cli, 'check', '.'],
      ],
      expected: /gradcheck pass|PASS: 1 spec/,
    },
  },
});
const versioned = (version: string) =>
  tfjs(
    `tfjs-${version}`,
    '@tensorflow/tfjs',
    `@tensorflow/tfjs@${version}`,
    `@tensorflow/tfjs-backend-wasm@${version}`,
  );

const pnpm: Project = {
  name: 'pnpm',
  files: { 'package.json': esModule, 'gradcheck.js': GRADCHECK, 'train.js': trainOnWasm('@tensorflow/tfjs') },
  install: (tarball) => [['npx', '--yes', 'pnpm@10', 'add', tarball, ...TFJS]],
  cases: {
    'ES module': { commands: () => [[process.execPath, 'gradcheck.js']], expected: /gradcheck pass/ },
    'wasm-training': { commands: () => [[process.execPath, 'train.js']], expected: /trains on wasm/ },
    check: { ...checks, commands: () => [['npx', '--yes', 'pnpm@10', 'backproof', 'check', '.']] },
  },
};

/** Plug'n'Play has no node_modules, and lets a package see only what it names: TensorFlow.js's parts are named here. */
const yarn = ['npx', '--yes', '--package', '@yarnpkg/cli-dist@4', 'yarn'];
const pnp: Project = {
  name: 'yarn-pnp',
  files: {
    'package.json': esModule,
    'yarn.lock': '',
    '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableScripts: false\nenableGlobalCache: true\n',
    'gradcheck.js': GRADCHECK,
    'train.js': trainOnWasm('@tensorflow/tfjs-core'),
  },
  install: (tarball) => [
    [
      ...yarn,
      'add',
      `backproof@file:${tarball}`,
      ...TFJS,
      '@tensorflow/tfjs-core@4.22.0',
      '@tensorflow/tfjs-backend-cpu@4.22.0',
    ],
  ],
  cases: {
    'ES module': { commands: () => [[...yarn, 'node', 'gradcheck.js']], expected: /gradcheck pass/ },
    'wasm-training': { commands: () => [[...yarn, 'node', 'train.js']], expected: /trains on wasm/ },
    check: {
      ...checks,
      commands: () => [[...yarn, 'backproof', 'check', 'own.gradcheck.ts', 'handed.gradcheck.mjs']],
    },
  },
};

const bunPackage = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
const denoPackage = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
const others: Project = {
  name: 'bun-deno',
  files: { 'package.json': esModule, 'gradcheck.js': GRADCHECK, 'train.js': trainOnWasm('@tensorflow/tfjs') },
  install: (tarball) => [npmInstall(tarball, ...TFJS, bunPackage, denoPackage)],
  cases: Object.fromEntries(
    (
      [
        ['Bun', [bin(bunPackage, 'bin', 'bun')]],
        ['Deno', [bin(denoPackage, 'deno'), 'run', '-A', '--no-prompt']],
      ] as const
    ).flatMap(([name, start]): [string, Case][] => [
      [`${name}, gradcheck`, { commands: () => [[...start, 'gradcheck.js']], expected: /gradcheck pass/ }],
      [`${name}, wasm-training`, { commands: () => [[...start, 'train.js']], expected: /trains on wasm/ }],
      [
        `${name}, train`,
        {
          commands: () => [[...start, cli, 'train', '--data', 'synthetic', '--epochs', '2']],
          expected: /written/,
        },
      ],
      // Bun has no hooks for imports: there a module that imports TensorFlow.js itself is refused.
      [
        `${name}, check`,
        name === 'Bun'
          ? {
              files: { 'handed.gradcheck.mjs': SPEC },
              commands: () => [[...start, cli, 'check', 'handed.gradcheck.mjs']],
              expected: /PASS: 1 spec/,
            }
          : { ...checks, commands: () => [[...start, cli, 'check', '.']] },
      ],
    ]),
  ),
};

/** All projects, the quickest first. */
export const projects: readonly Project[] = [
  alone,
  pnpm,
  pnp,
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
  others,
  runners,
  node,
];
