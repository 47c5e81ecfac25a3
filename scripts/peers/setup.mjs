// Gets what `backproof bench --peers` measures beside: NumPy, PyTorch, JAX and TensorFlow into a virtual environment in the
// user's cache, and jax-js beside it. What is there already stays. C needs gcc, which is the system's.
//   node scripts/peers/setup.mjs [--remove]
// Exits 0 where everything is there in the end, 5 where something is missing.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, 'node_modules', '.cache', 'backproof');
const outfile = join(folder, `peers-${process.pid}.mjs`);
await mkdir(folder, { recursive: true });
await build({
  entryPoints: [join(root, 'scripts', 'peers', 'setUp.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
});
try {
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await rm(outfile);
}
