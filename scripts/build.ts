// Builds dist/, unless it is up to date with the sources, the dependencies and this build:
//   npm run build [-- --force --program]
// With --program it leaves out what the package needs and `npm start` does not, which saves more than half of the time:
// the types, and the page that audits a device.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/system/packageRoot.ts';
import { digestOfInputs, readStamp, removeStamp, setStamp } from './build/stamp.ts';

const { values } = parseArgs({
  options: { force: { type: 'boolean', default: false }, program: { type: 'boolean', default: false } },
});
// esbuild collects garbage less often: a quarter of its processor time for a third more memory.
process.env.GOGC ??= '400';
const root = packageRoot();
const inputs = await digestOfInputs(root);
const built = values.force ? null : await readStamp(root, inputs);
const wanted = values.program ? 'program' : 'package';
if (built !== 'package' && built !== wanted) {
  await removeStamp(root);
  if (built === null) {
    const dist = join(root, 'dist');
    await rm(dist, { recursive: true, force: true });
    await mkdir(dist);
  }
  // The page contains double precision as it is in dist/.
  const program = built === null ? buildProgramAndEntries() : undefined;
  await Promise.all([program, wanted === 'package' && buildRest(program)]);
  await setStamp(root, inputs, wanted);
}

// Imported below, so that a build with nothing to do does not load them.

async function buildProgramAndEntries(): Promise<void> {
  const [{ buildBinaries }, { buildEntries }, { buildFloat64 }, { buildProgram }] = await Promise.all([
    import('./build/binaries.ts'),
    import('./build/entries.ts'),
    import('./build/float64.ts'),
    import('./build/program.ts'),
  ]);
  const float64 = buildFloat64();
  await Promise.all([buildBinaries(), float64, buildEntries(float64), buildProgram()]);
}

async function buildRest(program: Promise<void> | undefined): Promise<void> {
  const [{ buildTypes }, { buildAuditPage }] = await Promise.all([
    import('./build/types.ts'),
    import('./build/auditPage.ts'),
  ]);
  const types = buildTypes();
  await program;
  await Promise.all([types, buildAuditPage()]);
}
