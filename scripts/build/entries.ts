// The entries of the package for others' code, with TensorFlow.js left to the user; backproof/float64 has a file of its own.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { binariesPlugin } from './binaries.ts';
import { dependencies } from './program.ts';
import { buildRunners } from './runners.ts';

const dist = join(packageRoot(), 'dist');

const common = {
  absWorkingDir: packageRoot(),
  outdir: 'dist',
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Writes all entries, and the process that backproof check runs a module in. */
export async function buildEntries(): Promise<void> {
  await Promise.all([
    buildLibrary(),
    buildChecker(),
    buildCheckProcess(),
    buildKernels(),
    buildNative(),
    buildRunners(),
  ]);
}

/** dist/index.js, and dist/index.cjs, which hands it on. Preact is a development dependency and comes along inside. */
async function buildLibrary(): Promise<void> {
  await writeFile(join(dist, 'index.cjs'), "module.exports = require('./index.js');\n");
  await build({
    ...common,
    entryPoints: { index: 'src/index.ts' },
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: [...dependencies, '@tensorflow/*'],
    plugins: [binariesPlugin],
  });
}

/** dist/gradcheck and dist/jest, .js and .cjs each. */
async function buildChecker(): Promise<void> {
  // These stay packages of their own, so that a program has one of each.
  const checker = { ...common, external: ['backproof/*', '@tensorflow/*'] };
  const matcher = { ...checker, plugins: [checkerByName] };
  const commonjs: BuildOptions = {
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // In CommonJS of Jest, import() needs an experimental flag of Node: require instead.
    supported: { 'dynamic-import': false },
  };
  const gradcheck = { gradcheck: 'src/gradcheck/index.ts' };
  await Promise.all([
    build({ ...checker, entryPoints: gradcheck, format: 'esm' }),
    build({ ...checker, entryPoints: gradcheck, ...commonjs }),
    build({ ...matcher, entryPoints: { jest: 'src/gradcheck/jest/index.ts' }, format: 'esm' }),
    build({ ...matcher, entryPoints: { jest: 'src/gradcheck/jest/commonjs.ts' }, ...commonjs }),
  ]);
}

/** The matcher takes the checker by the package's own name. */
const checkerByName: Plugin = {
  name: 'checker by name',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: 'backproof/gradcheck', external: true }));
  },
};

/** dist/checkChild.js with dist/checkHooks.js, and the licence of what is in them. */
async function buildCheckProcess(): Promise<void> {
  await build({
    ...common,
    entryPoints: {
      checkChild: 'src/gradcheck/file/childStart.ts',
      checkHooks: 'src/gradcheck/file/hooks.ts',
    },
    external: ['backproof/*', '@tensorflow/*'],
    chunkNames: 'check-[hash]',
    minifyWhitespace: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  const licenceOf = (name: string) => readFile(join(packageRoot(), 'node_modules', name, 'LICENSE'), 'utf8');
  await writeFile(
    join(dist, 'check.NOTICE.txt'),
    `backproof check contains Sucrase, which takes the types out of TypeScript.\n\n${await licenceOf('sucrase')}
and get-tsconfig, which reads tsconfig.json.\n\n${await licenceOf('get-tsconfig')}`,
  );
}

/** The entries that register kernels or gradients, and the folder of src/tfjs that each is of. */
export const kernelEntries = {
  'wasm-training': 'wasm',
  'cpu-fixes': 'cpu',
  'gpu-fixes': 'gpu',
  gradients: 'gradients',
} as const;

/** dist/wasm-training, cpu-fixes and gradients, .js and .cjs each. The user's TensorFlow.js is what they register on. */
async function buildKernels(): Promise<void> {
  const options: BuildOptions = {
    ...common,
    entryPoints: Object.entries(kernelEntries).map(([out, folder]) => ({
      in: `src/tfjs/${folder}/index.ts`,
      out,
    })),
    external: ['@tensorflow/*'],
    plugins: [binariesPlugin],
  };
  await Promise.all([
    build({ ...options, format: 'esm' }),
    build({ ...options, format: 'cjs', outExtension: { '.js': '.cjs' } }),
  ]);
}

/** The ES modules of buildNative, which hand on the CommonJS ones. */
const handedOn = {
  native: "import './native.cjs';\n",
  'jest-environment': `import commonjs from './jest-environment.cjs';
const { TestEnvironment } = commonjs;
export { TestEnvironment as default, TestEnvironment };
`,
};

/**
 * dist/native and dist/jest-environment: CommonJS, in which the order of loading is the order of the lines, and ES modules
 * that hand it on.
 */
async function buildNative(): Promise<void> {
  await build({
    ...common,
    entryPoints: {
      native: 'src/tfjs/native/index.ts',
      'jest-environment': 'src/tfjs/native/jestEnvironment.ts',
    },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['@tensorflow/*', 'jest-environment-node'],
  });
  for (const [name, text] of Object.entries(handedOn)) await writeFile(join(dist, `${name}.js`), text);
}
