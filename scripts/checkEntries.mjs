// Builds the entries backproof/gradcheck, backproof/jest, backproof/jest-preset and backproof/vitest as ES modules and as
// CommonJS, what the last two put in place of TensorFlow.js, and the process that backproof check runs a module in.
// backproof/float64 and, for the matcher, backproof/gradcheck stay packages of their own, so that a program has one of
// each.
import { appendFile, copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { importSource } from './importSource.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  external: ['backproof/*', '@tensorflow/*'],
  logLevel: 'warning',
};
/** In CommonJS of Jest, import() needs an experimental flag of Node: require instead. */
const asCommonjs = /** @type {const} */ ({
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  supported: { 'dynamic-import': false },
});

/** The matcher takes the checker by the package's own name. */
const checkerByName = {
  name: 'checker by name',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: 'backproof/gradcheck', external: true }));
  },
};

/** Writes the entries, .js and .cjs each, dist/substitutes, and dist/checkChild.js with dist/checkHooks.js. */
export async function buildCheckEntries() {
  const gradcheck = { ...common, entryPoints: { gradcheck: 'src/gradcheck/index.ts' } };
  await build({ ...gradcheck, format: 'esm' });
  await build({ ...gradcheck, ...asCommonjs });
  const matcher = { ...common, plugins: [checkerByName] };
  await build({ ...matcher, entryPoints: { jest: 'src/gradcheck/jest/index.ts' }, format: 'esm' });
  await build({ ...matcher, ...asCommonjs, entryPoints: { jest: 'src/gradcheck/jest/commonjs.ts' } });
  await buildRunnerSettings();
  await buildSubstitutes();
  await build({
    ...common,
    entryPoints: { checkChild: 'src/gradcheck/file/child.ts', checkHooks: 'src/gradcheck/file/hooks.ts' },
    chunkNames: 'check-[hash]',
    minifyWhitespace: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  const licence = await readFile(require.resolve('sucrase/LICENSE'), 'utf8');
  await writeFile(
    join(root, 'dist', 'check.NOTICE.txt'),
    `backproof check contains Sucrase, which takes the types out of TypeScript.\n\n${licence}`,
  );
}

/** What the config of a test runner loads: dist/jest-preset and dist/vitest, and what that has its workers load. */
async function buildRunnerSettings() {
  const settings = {
    ...common,
    platform: /** @type {const} */ ('node'),
    entryPoints: { 'jest-preset': 'src/gradcheck/jest/preset.ts', vitest: 'src/gradcheck/vitest/index.ts' },
  };
  await build({ ...settings, format: 'esm' });
  await build({
    ...settings,
    ...asCommonjs,
    banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__url' },
  });
  await build({
    ...settings,
    entryPoints: {
      vitestSetup: 'src/gradcheck/vitest/setup.ts',
      vitestHooks: 'src/gradcheck/vitest/hooks.ts',
    },
    format: 'esm',
  });
  // Jest reads a preset from the default export, or from a module that does not look like a compiled ES module.
  await appendFile(join(root, 'dist', 'jest-preset.cjs'), 'module.exports = { ...module.exports };\n');
}

/** The modules in place of TensorFlow.js packages: dist/substitutes/NAME.js and NAME.cjs. */
async function buildSubstitutes() {
  const publisher = {
    ...common,
    outdir: 'dist/substitutes',
    entryPoints: { publish: 'src/gradcheck/file/publish.ts' },
  };
  await build({ ...publisher, format: 'esm' });
  await build({ ...publisher, ...asCommonjs });
  /** @type {typeof import('../src/gradcheck/file/substitutes.ts')} */
  const { commonjsSourceOf, sourceOf, substitutesOf } = await importSource(
    'src/gradcheck/file/substitutes.ts',
  );
  const substitutes = substitutesOf(require(join(root, 'dist', 'float64.cjs')));
  for (const name of /** @type {const} */ (['tfjs', 'tfjs-data'])) {
    const path = join(root, 'dist', 'substitutes', name);
    await writeFile(`${path}.js`, `import './publish.js';\n${sourceOf(name, substitutes)}\n`);
    await writeFile(`${path}.cjs`, `require('./publish.cjs');\n${commonjsSourceOf(name, substitutes)}\n`);
  }
}

/** Adds the types that are written by hand, and the same once more for CommonJS. */
export async function copyCheckTypes() {
  const types = join(root, 'dist', 'types');
  const commonjs = join(types, 'commonjs');
  await copyFile(
    join(root, 'src', 'gradcheck', 'jest', 'jest.d.ts'),
    join(types, 'gradcheck', 'jest', 'index.d.ts'),
  );
  for (const folder of ['gradcheck', 'numerics'])
    await cp(join(types, folder), join(commonjs, folder), { recursive: true });
  await writeFile(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n');
}
