// The entries for the configuration of test runners, backproof/jest-preset and backproof/vitest, and the modules with
// which they replace TensorFlow.js.
import { appendFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { commonjsSourceOf, sourceOf, substitutesOf } from '../../src/gradcheck/file/substitutes.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';

const dist = join(packageRoot(), 'dist');

const common = {
  absWorkingDir: packageRoot(),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'es2022',
  external: ['backproof/*'],
  logLevel: 'warning',
} as const satisfies BuildOptions;
const commonjs = { format: 'cjs', outExtension: { '.js': '.cjs' } } as const satisfies BuildOptions;

/**
 * Writes dist/jest-preset and dist/vitest, the files that Vitest's workers load, and dist/substitutes.
 *
 * @param float64 the build of backproof/float64
 */
export async function buildRunners(float64: Promise<void>): Promise<void> {
  await Promise.all([buildSettings(), buildWorkerFiles(), float64.then(buildSubstitutes)]);
}

async function buildSettings(): Promise<void> {
  const settings = {
    ...common,
    entryPoints: { 'jest-preset': 'src/gradcheck/jest/preset.ts', vitest: 'src/gradcheck/vitest/index.ts' },
  };
  await Promise.all([
    build({ ...settings, format: 'esm' }),
    build({
      ...settings,
      ...commonjs,
      banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
      define: { 'import.meta.url': '__url' },
    }),
  ]);
  // Jest reads a preset from the default export, or from a module that does not look like a compiled ES module.
  await appendFile(join(dist, 'jest-preset.cjs'), 'module.exports = { ...module.exports };\n');
}

const buildWorkerFiles = () =>
  build({
    ...common,
    entryPoints: {
      vitestSetup: 'src/gradcheck/vitest/setup.ts',
      vitestHooks: 'src/gradcheck/vitest/hooks.ts',
    },
    format: 'esm',
  });

/** dist/substitutes/NAME.js and NAME.cjs */
async function buildSubstitutes(): Promise<void> {
  const publisher = {
    ...common,
    outdir: 'dist/substitutes',
    entryPoints: { publish: 'src/gradcheck/file/publish.ts' },
  };
  await Promise.all([build({ ...publisher, format: 'esm' }), build({ ...publisher, ...commonjs })]);
  const substitutes = substitutesOf(createRequire(import.meta.url)(join(dist, 'float64.cjs')));
  for (const name of ['tfjs', 'tfjs-data', 'gradients'] as const) {
    const path = join(dist, 'substitutes', name);
    await writeFile(`${path}.js`, `import './publish.js';\n${sourceOf(name, substitutes)}\n`);
    await writeFile(`${path}.cjs`, `require('./publish.cjs');\n${commonjsSourceOf(name, substitutes)}\n`);
  }
}
