// Builds backproof/float64 from the installed @tensorflow packages: dist/float64.js and dist/float64.cjs for Node and
// browsers, and the notice that their licences require.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { bookkeepingPatches } from './bookkeeping.ts';
import { applyPatch, type Patch, patches as precisionPatches } from './patches.ts';

const root = packageRoot();
const patches = [...precisionPatches, ...bookkeepingPatches];
const sources = join(root, 'src', 'tfjs', 'float64');
const require = createRequire(import.meta.url);
const { version } = require('../../package.json');
const { version: tfjsVersion } = require('@tensorflow/tfjs/package.json');

const header = `/*! backproof/float64 ${version}: TensorFlow.js ${tfjsVersion} in double precision. Modified: Float32Array became
 * Float64Array, and more: see float64.NOTICE.txt, which holds the licences, Apache-2.0 and MIT. */`;

/**
 * One engine per program: the first load of the build, as an ES module or as CommonJS, stores it under this key, and
 * every later load gets the same one, so that tensors made in one place can be used in another.
 */
const shared = `const key = Symbol.for('backproof/float64@${version}');
const float64 = (globalThis[key] ??= load());`;

/** Bundles TensorFlow.js in double precision and writes it and its notice to dist/. */
export async function buildFloat64(): Promise<void> {
  const result = await build({
    ...float64Options(),
    entryPoints: ['src/tfjs/float64/entry.ts'],
    outdir: 'dist',
    format: 'iife',
    globalName: 'tf',
    legalComments: 'external',
    write: false,
  });
  const code = textOf(result, '.js');
  const load = `function load() {\n${code}\nreturn tf;\n}`;
  const commonjs = `${header}\n'use strict';\n${load}\n${shared}\nmodule.exports = float64;\n`;
  await writeFile(join(root, 'dist', 'float64.cjs'), commonjs);
  // The module's own names get a prefix: names such as `isNaN` must not hide the globals that TensorFlow.js uses.
  const names = Object.keys(require(join(root, 'dist', 'float64.cjs')));
  const constants = names.map((name) => `${name}: tf_${name}`).join(', ');
  const exported = names.map((name) => `tf_${name} as ${name}`).join(', ');
  await writeFile(
    join(root, 'dist', 'float64.js'),
    `${header}\n${load}\n${shared}\nconst { ${constants} } = float64;\nexport { ${exported}, float64 as default };\n`,
  );
  await writeFile(join(root, 'dist', 'float64.NOTICE.txt'), await notice(textOf(result, '.LEGAL.txt')));
}

function textOf(result: BuildResult, ending: string): string {
  const file = result.outputFiles?.find(({ path }) => path.endsWith(ending));
  if (!file) throw new Error(`esbuild: expected an output *${ending}`);
  return file.text;
}

/**
 * Lists what was bundled and changed, and quotes the licences: Apache-2.0 requires the list of changes, all require the
 * quotes.
 *
 * @param legalComments the copyright lines of every bundled file, as esbuild collects them
 */
async function notice(legalComments: string): Promise<string> {
  const seedrandom = await readFile(require.resolve('seedrandom/README.md'), 'utf8');
  const mit = seedrandom.slice(seedrandom.indexOf('LICENSE (MIT)'));
  const apache = await readFile(join(root, 'LICENSE'), 'utf8');
  const changes = patches.map(({ file, why }) => `  ${file}: ${why}`).join('\n');
  return `float64.js and float64.cjs contain, modified, TensorFlow.js ${tfjsVersion}, Copyright Google LLC: @tensorflow/tfjs,
tfjs-core, tfjs-backend-cpu, tfjs-converter and tfjs-data (Apache-2.0) and tfjs-layers (Apache-2.0 and MIT); and
long (Apache-2.0) and seedrandom (MIT).

Changes: every identifier Float32Array became Float64Array; the WebGL backend is left out; the kernels Erf,
Softplus, Elu, Selu, those of backproof/cpu-fixes and the backend's write were replaced; and by file:
${changes}

seedrandom, and with Google LLC's copyright tfjs-layers, ${mit.trim()}

${legalComments.trim()}

${apache}`;
}

/**
 * The settings that turn TensorFlow.js into double precision, for this entry and for tfjs-core's own tests.
 * `mainFields` selects TensorFlow.js's ES modules, one file each, in which identifiers are still free; gradients and
 * chained ops are registered by imports for their side effects only, which `ignoreAnnotations` keeps.
 */
export const float64Options = (): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  mainFields: ['module', 'main'],
  conditions: ['import'],
  define: { Float32Array: 'Float64Array' },
  ignoreAnnotations: true,
  plugins: [float64Plugin()],
  logLevel: 'warning',
});

const float64Plugin = (): Plugin => ({
  name: 'float64',
  setup(build) {
    const applied = new Set<Patch>();
    build.onResolve({ filter: /^float64:/ }, ({ path }) => ({
      path: join(sources, path.slice('float64:'.length)),
    }));
    build.onResolve({ filter: /^@tensorflow\/tfjs-backend-webgl$/ }, () => ({
      path: join(sources, 'noWebgl.ts'),
    }));
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.js$/ }, async ({ path }) => {
      const name = path.replaceAll('\\', '/');
      const here = patches.filter(
        ({ file }) =>
          name.endsWith(`node_modules/@tensorflow/${file}`) || name.endsWith(`node_modules/${file}`),
      );
      if (here.length === 0) return undefined;
      let contents = await readFile(path, 'utf8');
      for (const patch of here) {
        applied.add(patch);
        contents = applyPatch(patch, contents);
      }
      return { contents, loader: 'js' };
    });
    build.onEnd(() => ({
      errors: patches
        .filter((patch) => !applied.has(patch))
        .map(({ file }) => ({ text: `${file} is not in the bundle, its patch is idle` })),
    }));
  },
});
