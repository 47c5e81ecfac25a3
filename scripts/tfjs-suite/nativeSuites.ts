// The suites of the native backend: tfjs-core's tests without those that tfjs-node itself ignores, and those of
// tfjs-node's own tests that npm ships.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { tfjsNodeFolder, tfjsNodePlugin } from '../build/tfjsNode.ts';
import type { SuiteBackend } from './backends.ts';

/**
 * Lets tfjs-node's compiled tests run in a bundle: replaces its compiled modules by its sources, keeps the original
 * __dirname, and replaces `tmp`, a development dependency of tfjs-node, by the one function that the tests call.
 */
const tfjsNodeTests: Plugin = {
  name: 'tfjs-node-tests',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      const source = join(dirname(importer).replace(/([\\/])dist([\\/]|$)/, '$1src$2'), `${path}.ts`);
      return importer.startsWith(tfjsNodeFolder) && importer.endsWith('_test.js') && existsSync(source)
        ? { path: source }
        : undefined;
    });
    // By its full path, because the bundle is in a temporary folder.
    build.onResolve({ filter: /^@mapbox\/node-pre-gyp$/ }, ({ path }) => ({
      path: createRequire(join(tfjsNodeFolder, 'package.json')).resolve(path),
      external: true,
    }));
    build.onResolve({ filter: /^tmp$/ }, () => ({ path: 'tmp', namespace: 'tfjs-node-tests' }));
    build.onLoad({ filter: /^tmp$/, namespace: 'tfjs-node-tests' }, () => ({
      contents: `
        const { mkdtempSync } = require('node:fs');
        const { join } = require('node:path');
        exports.dirSync = () => ({ name: mkdtempSync(join(require('node:os').tmpdir(), 'tfjs-node-')) });`,
    }));
    // `progress` and `rimraf` are functions; in tfjs-node's compiled code `import * as` gives the result of require.
    build.onLoad({ filter: /tfjs-node[\\/](src|dist)[\\/].*\.(ts|js)$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replaceAll('__dirname', JSON.stringify(dirname(path)))
        .replace(/import \* as (\w+) from '(progress|rimraf)'/g, "import $1 = require('$2')"),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
};

const options = (): BuildOptions => ({
  mainFields: ['module', 'main'],
  ignoreAnnotations: true,
  logLevel: 'error',
  plugins: [tfjsNodeTests, tfjsNodePlugin],
});

/** The list of ignored specs in tfjs-node's own test runner: those whose name contains one of these. */
function ignored(): string[] {
  const runner = readFileSync(join(tfjsNodeFolder, 'dist', 'run_tests.js'), 'utf8');
  const list = /var IGNORE_LIST = (\[[\s\S]*?\n\]);/.exec(runner)?.[1];
  if (list === undefined) throw new Error('tfjs-node/dist/run_tests.js: expected an IGNORE_LIST, got none');
  return new Function(`return ${list}`)() as string[];
}

const ownTests = (): string[] =>
  readdirSync(join(tfjsNodeFolder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('_test.js'))
    .map((name) => join(tfjsNodeFolder, 'dist', name))
    .sort();

/** Specs that read test_objects/, the images and models that are only in tfjs-node's repository: 39 of 160. */
const readTestObjects = [
  'decode images decode',
  'decode images throw error if backend',
  'decode images throw error if request',
  'SavedModel delete TFSavedModel multiple times',
  'SavedModel deserialize',
  'SavedModel execute',
  'SavedModel get input and output',
  'SavedModel inspect',
  'SavedModel load',
  'SavedModel return inputs',
  'SavedModel throw error when input',
];

export const nativeSuites: Readonly<Record<string, SuiteBackend>> = {
  native: {
    entry: './scripts/tfjs-suite/native.ts',
    backendName: 'tensorflow',
    environment: 'test-tensorflow',
    options,
    ignored,
    specs: 3878,
    knownFailures: {},
  },
  'tfjs-node': {
    entry: './scripts/tfjs-suite/native.ts',
    backendName: 'tensorflow',
    environment: 'test-tensorflow',
    options,
    ignored: () => readTestObjects,
    tests: ownTests,
    specs: 121,
    knownFailures: {
      'conv3d dilations CPU should throw error on dilations >1': 'expects dilated volumes to be refused',
    },
  },
};
