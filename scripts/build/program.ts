// Builds the program. TensorFlow.js is bundled, because its ES2017 modules run about twice as fast as the CommonJS
// build that Node resolves. All other packages stay ordinary dependencies.
import { type BuildOptions, build } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { binariesPlugin } from './binaries.ts';
import { bookkeepingPlugin } from './bookkeeping.ts';
import { tfjsNodePlugin } from './tfjsNode.ts';
import { webAssemblyPlugin } from './webassembly.ts';

/** The packages that a bundle imports at run time. */
export const dependencies = [
  '@bomb.sh/tab',
  'commander',
  'lilconfig',
  'pure-rand',
  'tinyglobby',
  'unbzip2-stream',
  'zod',
  'playwright-core',
  'plotly.js-dist-min',
  'backproof/float64',
];

/** The options for the program, and for processes that must run at the same speed. */
export const programOptions = {
  absWorkingDir: packageRoot(),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  external: dependencies,
  plugins: [tfjsNodePlugin, binariesPlugin, bookkeepingPlugin, webAssemblyPlugin],
  // TensorFlow.js registers its gradients and backends by imports for their side effects only.
  ignoreAnnotations: true,
  legalComments: 'linked',
  banner: {
    // Variables that CommonJS modules in the bundle use in Node.
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { dirname as __dirnameOf } from 'node:path';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __ownFilename = __fileURLToPath(import.meta.url);',
      'const __ownDirname = __dirnameOf(__ownFilename);',
    ].join('\n'),
  },
  // Renamed, because an ES module may declare the usual names itself.
  define: { __filename: '__ownFilename', __dirname: '__ownDirname' },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Writes dist/cli.js, its workers, and the script and style of the report. */
export async function buildProgram(): Promise<void> {
  await Promise.all([
    build({
      ...programOptions,
      entryPoints: {
        cli: 'src/bin.ts',
        walkWorker: 'src/notebook/compare/walkWorker.ts',
        selfTestWorker: 'src/notebook/compare/selfTestWorker.ts',
        sweepWorker: 'src/notebook/sweep/worker.ts',
        everyMistakeWorker: 'src/report/sections/live/everyMistakeWorker.ts',
      },
      outdir: 'dist',
    }),
    build({
      absWorkingDir: packageRoot(),
      entryPoints: [
        { in: 'src/report/page/main.ts', out: 'page' },
        { in: 'src/report/page/page.css', out: 'page' },
      ],
      outdir: 'dist',
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2022',
      plugins: [webAssemblyPlugin],
      logLevel: 'warning',
    }),
  ]);
}
