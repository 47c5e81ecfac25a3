import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFailure } from '../system/errors.ts';

const here = dirname(fileURLToPath(import.meta.url));
const requireHere = createRequire(import.meta.url);

/** The parts that every report shares: Plotly, and the page's own script and style. */
export type Assets = { plotly: string; script: string; style: string };

/**
 * Plotly's minified bundle, as stored on disk.
 * @throws Failure (environment) if plotly.js-dist-min, an optional peer, is not installed.
 */
export const readPlotly = (resolve: (name: string) => string = requireHere.resolve): string => {
  let path: string;
  try {
    path = resolve('plotly.js-dist-min');
  } catch {
    throw environmentFailure(
      'report: expected plotly.js-dist-min, which draws the plots, got no such package; ' +
        'npm install --save-dev plotly.js-dist-min@4 adds it (the JSON files need nothing)',
    );
  }
  return readFileSync(path, 'utf8');
};

/** When run from source there is no built page: esbuild, a development dependency, bundles it on demand. */
const bundlePage = (): Omit<Assets, 'plotly'> => {
  const { buildSync } = requireHere('esbuild') as typeof import('esbuild');
  const bundle = (file: string): string => {
    const { outputFiles } = buildSync({
      entryPoints: [join(here, 'page', file)],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2022',
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  };
  return { script: bundle('main.ts'), style: bundle('page.css') };
};

let assets: Assets | undefined;

/** Read once per process: Plotly is 4.8 MB. */
export const readAssets = (): Assets => {
  if (assets) return assets;
  const built = join(here, 'page.js');
  const page = existsSync(built)
    ? { script: readFileSync(built, 'utf8'), style: readFileSync(join(here, 'page.css'), 'utf8') }
    : bundlePage();
  assets = { plotly: readPlotly(), ...page };
  return assets;
};
