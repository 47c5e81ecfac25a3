// Builds dist/ where it is not what the sources, the dependencies and this build make: npm run build [-- --force]
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/system/packageRoot.ts';
import { digestOfInputs, isUpToDate, removeStamp, setStamp } from './build/stamp.ts';

const root = packageRoot();
const inputs = await digestOfInputs(root);
if (process.argv.includes('--force') || !(await isUpToDate(root, inputs))) {
  // Not before they are needed: a build with nothing to do is over before they were loaded.
  const [
    { buildBinaries },
    { buildEntries },
    { buildFloat64 },
    { buildProgram },
    { buildTypes },
    { buildWebAssembly },
  ] = await Promise.all([
    import('./build/binaries.ts'),
    import('./build/entries.ts'),
    import('./build/float64.ts'),
    import('./build/program.ts'),
    import('./build/types.ts'),
    import('./build/webassembly.ts'),
  ]);
  await removeStamp(root);
  const dist = join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  const bundles = Promise.all([buildWebAssembly(), buildFloat64()]).then(() =>
    Promise.all([buildEntries(), buildProgram()]),
  );
  await Promise.all([buildTypes(), buildBinaries(), bundles]);
  await setStamp(root, inputs);
}
