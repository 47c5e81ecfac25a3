// Builds dist/: the program with TensorFlow.js bundled in (its ES2017 module build runs about twice as fast as
// the CommonJS one that Node resolves), the library entries with TensorFlow.js left to the user, and the types.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildCheckEntries, copyCheckTypes } from './checkEntries.mjs';
import { buildFloat64 } from './float64.mjs';
import { buildKernelEntries, copyKernelTypes } from './kernelEntries.mjs';
import { buildNativeEntries, writeNativeTypes } from './nativeEntries.mjs';
import { tfjsNodePlugin } from './tfjsNodePlugin.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** Everything but TensorFlow.js stays an ordinary dependency of the program. */
const dependencies = [
  'commander',
  'pure-rand',
  'tinyglobby',
  'unbzip2-stream',
  'zod',
  'playwright-core',
  'plotly.js-dist-min',
  'backproof/float64',
];

await rm(join(root, 'dist'), { recursive: true, force: true });
await buildFloat64();
await buildCheckEntries();
await buildNativeEntries();
await buildKernelEntries();
await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli.ts',
    walkWorker: 'src/notebook/compare/walkWorker.ts',
    sweepWorker: 'src/notebook/sweep/worker.ts',
    contender: 'src/bench/contenderProcess.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  external: dependencies,
  plugins: [tfjsNodePlugin(join(root, 'src', 'tfjs', 'native', 'nodeUtil.ts'))],
  // TensorFlow.js registers its gradients and backends by imports for their side effects alone.
  ignoreAnnotations: true,
  legalComments: 'linked',
  banner: {
    // What CommonJS modules inside the bundle find in Node.
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { dirname as __dirnameOf } from 'node:path';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __ownFilename = __fileURLToPath(import.meta.url);',
      'const __ownDirname = __dirnameOf(__ownFilename);',
    ].join('\n'),
  },
  // Under names of their own: an ES module may declare the usual ones itself.
  define: { __filename: '__ownFilename', __dirname: '__ownDirname' },
  logLevel: 'warning',
});
await build({
  absWorkingDir: root,
  entryPoints: { index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Not every package: Preact is a development dependency and comes along inside.
  external: [...dependencies, '@tensorflow/*'],
  logLevel: 'warning',
});
// The report page's own script and style: files beside the program, which it writes into every report.
await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'src/report/page/main.ts', out: 'page' },
    { in: 'src/report/page/page.css', out: 'page' },
  ],
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
});
const typescript = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const types = spawnSync(process.execPath, [typescript, '-p', 'tsconfig.types.json'], {
  cwd: root,
  stdio: 'inherit',
});
await writeNativeTypes();
await copyCheckTypes();
await copyKernelTypes();
process.exitCode = types.status ?? 1;
