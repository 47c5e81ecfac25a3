// Builds the script and the style of the page that audits a device, which `backproof audit --page` writes into one
// file.
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { webAssemblyPlugin } from './webassembly.ts';

/** The page has its own copy of wasm's binary: it never requests those that wasm-training would load. */
const noBinaries: Plugin = {
  name: 'no binaries',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/binaries\// }, ({ path }) => ({ path, namespace: 'none' }));
    onLoad({ filter: /./, namespace: 'none' }, () => ({
      contents: "export const version = ''; export const binary = null;",
    }));
  },
};

/** Writes dist/auditPage.js and dist/auditPage.css. dist/float64.js must already be built. */
export const buildAuditPage = () =>
  build({
    absWorkingDir: packageRoot(),
    entryPoints: [
      { in: 'src/audit/browser/page/main.tsx', out: 'auditPage' },
      { in: 'src/audit/browser/page/page.css', out: 'auditPage' },
    ],
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    // TensorFlow.js's ES modules, which register gradients by imports only for their side effects.
    mainFields: ['module', 'main'],
    ignoreAnnotations: true,
    alias: { 'backproof/float64': join(packageRoot(), 'dist', 'float64.js') },
    loader: { '.wasm': 'binary' },
    plugins: [noBinaries, webAssemblyPlugin],
    legalComments: 'eof',
    logLevel: 'warning',
  });
