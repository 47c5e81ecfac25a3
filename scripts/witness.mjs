// An independent witness: our gradients in double precision, of the network at steps of a run and of every example, held
// against those that PyTorch computes in float64 on the same inputs. Needs dist/ and Python 3.
//   node scripts/witness.mjs [--data synthetic|PATH] [--out FILE] [--from FILE] [--no-install]
// Exits 0 where they agree to 1e-10, 3 where they do not, 5 where PyTorch is not to be had.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importSource } from './importSource.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { main } = await importSource('scripts/witness/main.ts', [
  {
    // From a folder below node_modules, a package's own name does not resolve.
    name: 'own entry',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^backproof\/float64$/ }, () => ({
        path: pathToFileURL(join(root, 'dist', 'float64.js')).href,
        external: true,
      })),
  },
]);
process.exitCode = await main(process.argv.slice(2), root);
