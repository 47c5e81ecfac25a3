// The entries of the package for users' code, which leave TensorFlow.js to the user; backproof/float64 is in
// float64.ts.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { binariesPlugin } from './binaries.ts';
import { dependencies } from './program.ts';
import { buildRunners } from './runners.ts';
import { webAssemblyPlugin } from './webassembly.ts';

const dist = join(packageRoot(), 'dist');

const common = {
  absWorkingDir: packageRoot(),
  outdir: 'dist',
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Writes all entries, and the process in which backproof check runs a module.
 *
 * @param float64 the build of backproof/float64
 */
export async function buildEntries(float64: Promise<void>): Promise<void> {
  await Promise.all([
    buildLibrary(),
    buildChecker(),
    buildCheckProcess(),
    buildKernels(),
    buildNative(),
    buildRunners(float64),
  ]);
}

/** dist/index.js, and dist/index.cjs, which re-exports it. Preact is a development dependency and is bundled. */
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
    plugins: [binariesPlugin, webAssemblyPlugin],
  });
}

/** dist/gradcheck and dist/jest, as .js and .cjs each. */
async function buildChecker(): Promise<void> {
  // These stay separate packages, so that a program has only one of each.
  const checker = { ...common, external: ['backproof/*', '@tensorflow/*'] };
  const matcher = { ...checker, plugins: [checkerByName] };
  const commonjs: BuildOptions = {
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // In CommonJS under Jest, import() needs an experimental flag of Node, so require is used.
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

/** The matcher imports the checker by the package's own name. */
const checkerByName: Plugin = {
  name: 'checker by name',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: 'backproof/gradcheck', external: true }));
  },
};

/** dist/checkChild.js with dist/checkHooks.js, and the licences of their contents. */
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

/** The entries that register kernels or gradients, and the folder of src/tfjs for each. */
export const kernelEntries = {
  'wasm-training': 'wasm',
  'cpu-fixes': 'cpu',
  'gpu-fixes': 'gpu',
  gradients: 'gradients',
} as const;

/** dist/wasm-training, cpu-fixes and gradients, as .js and .cjs each. They register on the user's TensorFlow.js. */
async function buildKernels(): Promise<void> {
  const options: BuildOptions = {
    ...common,
    entryPoints: Object.entries(kernelEntries).map(([out, folder]) => ({
      in: `src/tfjs/${folder}/index.ts`,
      out,
    })),
    external: ['@tensorflow/*'],
    plugins: [binariesPlugin, webAssemblyPlugin],
  };
  await Promise.all([
    build({ ...options, format: 'esm' }),
    build({ ...options, format: 'cjs', outExtension: { '.js': '.cjs' } }),
  ]);
}

/** The ES modules of buildNative, which re-export the CommonJS ones. */
const handedOn = {
  native: "import './native.cjs';\n",
  'jest-environment': `import commonjs from './jest-environment.cjs';
const { TestEnvironment } = commonjs;
export { TestEnvironment as default, TestEnvironment };
`,
};

/**
 * dist/native and dist/jest-environment: CommonJS, in which modules load in the order of the lines, and ES modules that
 * re-export it.
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
