// An independent witness: our gradients in double precision, of the network at steps of a run and of every example, held
// against those that PyTorch computes in float64 on the same inputs. Needs dist/ and Python 3.
//   node scripts/witness.mjs [--data synthetic|PATH] [--out FILE] [--from FILE] [--no-install]
// Exits 0 where they agree to 1e-10, 3 where they do not, 5 where PyTorch is not to be had.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.cache', 'backproof');
const outfile = join(folder, `witness-${process.pid}.mjs`);
await mkdir(folder, { recursive: true });
await build({
  entryPoints: [join(root, 'scripts', 'witness', 'main.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
  plugins: [
    {
      // From a folder below node_modules, a package's own name does not resolve.
      name: 'own entry',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^backproof\/float64$/ }, () => ({
          path: pathToFileURL(join(root, 'dist', 'float64.js')).href,
          external: true,
        })),
    },
  ],
});
try {
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(process.argv.slice(2), root);
} finally {
  await rm(outfile);
}
