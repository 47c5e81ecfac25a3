// For scripts that run before anything is built, or on what is not: a module of the sources, bundled and imported.
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} entry from the project's folder
 * @param {import('esbuild').Plugin[]} [plugins]
 */
export async function importSource(entry, plugins = []) {
  const folder = join(root, 'node_modules', '.cache', 'backproof');
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `${basename(entry, extname(entry))}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    plugins,
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}
