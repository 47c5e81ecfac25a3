// Builds dist/, unless it is up to date with the sources, the dependencies and this build:
//   npm run build [-- --force --no-types]
// Without types, which only code that imports the package needs, it takes half the time; npm start builds this way.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/system/packageRoot.ts';
import { digestOfInputs, readStamp, removeStamp, setStamp } from './build/stamp.ts';

const { values } = parseArgs({
  options: { force: { type: 'boolean', default: false }, types: { type: 'boolean', default: true } },
  allowNegative: true,
});
const root = packageRoot();
const inputs = await digestOfInputs(root);
const built = values.force ? null : await readStamp(root, inputs);
const types = values.types && built !== 'with types';
if (built === null || types) {
  await removeStamp(root);
  const buildTypes = async () => types && (await import('./build/types.ts')).buildTypes();
  if (built === null) {
    const dist = join(root, 'dist');
    await rm(dist, { recursive: true, force: true });
    await mkdir(dist);
    await Promise.all([buildTypes(), buildProgramAndEntries()]);
  } else await buildTypes();
  await setStamp(root, inputs, types ? 'with types' : 'without types');
}

async function buildProgramAndEntries(): Promise<void> {
  // Imported here, so that a build with nothing to do does not load them.
  const [{ buildBinaries }, { buildEntries }, { buildFloat64 }, { buildProgram }, { buildWebAssembly }] =
    await Promise.all([
      import('./build/binaries.ts'),
      import('./build/entries.ts'),
      import('./build/float64.ts'),
      import('./build/program.ts'),
      import('./build/webassembly.ts'),
    ]);
  const bundles = Promise.all([buildWebAssembly(), buildFloat64()]).then(() =>
    Promise.all([buildEntries(), buildProgram()]),
  );
  await Promise.all([buildBinaries(), bundles]);
}
