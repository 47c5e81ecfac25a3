// Builds backproof/float64 out of the installed @tensorflow packages: dist/float64.js and dist/float64.cjs for
// Node and browsers, their types, and the notice that their licences ask for.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { patches } from './float64/patches.mjs';
import { float64Options } from './float64/plugin.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const { version } = require('../package.json');
const { version: tfjsVersion } = require('@tensorflow/tfjs/package.json');

const header = `/*! backproof/float64 ${version}: TensorFlow.js ${tfjsVersion} in double precision. Modified: Float32Array became
 * Float64Array, and more: see float64.NOTICE.txt, which holds the licences, Apache-2.0 and MIT. */`;

/**
 * One program, one engine: whoever loads the build first, as an ES module or as CommonJS, keeps it under this key,
 * and everybody else gets the same one, so that tensors made here can be used there.
 */
const shared = `const key = Symbol.for('backproof/float64@${version}');
const float64 = (globalThis[key] ??= load());`;

/** Bundles TensorFlow.js in double precision and writes it, its types and its notice into dist/. */
export async function buildFloat64() {
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
  await mkdir(join(root, 'dist', 'types'), { recursive: true });
  await writeFile(join(root, 'dist', 'float64.cjs'), commonjs);
  // The module's own names carry a prefix: `isNaN` and its like must not hide the globals that TensorFlow.js uses.
  const names = Object.keys(require(join(root, 'dist', 'float64.cjs')));
  const constants = names.map((name) => `${name}: tf_${name}`).join(', ');
  const exported = names.map((name) => `tf_${name} as ${name}`).join(', ');
  await writeFile(
    join(root, 'dist', 'float64.js'),
    `${header}\n${load}\n${shared}\nconst { ${constants} } = float64;\nexport { ${exported}, float64 as default };\n`,
  );
  await writeFile(join(root, 'dist', 'float64.NOTICE.txt'), await notice(textOf(result, '.LEGAL.txt')));
  const types = await readFile(join(root, 'src', 'tfjs', 'float64', 'float64.d.ts'), 'utf8');
  await writeFile(join(root, 'dist', 'types', 'float64.d.ts'), types);
  // The default export, the last in the file, is for ES modules alone.
  await writeFile(join(root, 'dist', 'types', 'float64.d.cts'), types.slice(0, types.lastIndexOf('/**')));
}

/**
 * @param {import('esbuild').BuildResult} result
 * @param {string} ending
 */
function textOf(result, ending) {
  const file = result.outputFiles?.find(({ path }) => path.endsWith(ending));
  if (!file) throw new Error(`esbuild: expected an output *${ending}`);
  return file.text;
}

/**
 * What was bundled, what was changed, and the licences: Apache-2.0 asks for the second, all for the third.
 * @param {string} legalComments the copyright lines of every bundled file, as esbuild collects them
 */
async function notice(legalComments) {
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
