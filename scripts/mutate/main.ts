// Small mistakes put into the source, one at a time, each before the suites that reach its file: killed or survived.
// npm run mutate [-- --folder src/gradcheck --sample 60 --seed 1 --nearest 6 --seconds 120 --workers N --json]
// A mutant meets the nearest suites by imports, as many as --nearest says. Files that no suite imports are reported as such:
// they are tested as built programs, which a mutant does not reach. First the suites must pass as they are (--skip-baseline
// where that is known). Exits 1 where a mutant survives.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { distinctIndices, uniformNumbers } from '../../src/numerics/random.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { equivalenceOf } from './equivalent.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { suitesReaching } from './reach.ts';
import { isKilled } from './run.ts';
import { formatTable, type Outcome } from './table.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'src' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    nearest: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '120' },
    workers: { type: 'string', default: String(availableParallelism()) },
    'skip-baseline': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const root = packageRoot();
const folder = values.folder.replace(/\/$/, '');
const suitesOf = suitesReaching(root);

const files = globSync(['src/**/*.{ts,tsx}', '!**/*.d.ts', '!**/assembly/**'], { cwd: root }).toSorted();
const lines = new Map<string, string[]>();
const all: Mutant[] = [];
const unreached: string[] = [];
for (const file of files.filter((path) => path === folder || path.startsWith(`${folder}/`))) {
  const source = readFileSync(join(root, file), 'utf8');
  const mutants = mutantsOf(file, source);
  lines.set(file, source.split('\n'));
  if (suitesOf(file).length > 0) all.push(...mutants);
  else if (mutants.length > 0) unreached.push(file);
}
const count = Math.min(Number(values.sample ?? all.length), all.length);
const sample = distinctIndices(all.length, count, uniformNumbers(Number(values.seed))).map((at) => all[at]!);
if (sample.length === 0) {
  process.stderr.write(`--folder ${folder}: expected a folder or file of src that a suite imports\n`);
  process.exit(2);
}

const nearest = (file: string): string[] => suitesOf(file).slice(0, Number(values.nearest));
const seconds = Number(values.seconds);
const suitesMet = [...new Set(sample.flatMap(({ file }) => nearest(file)))];
if (!values['skip-baseline'] && (await isKilled(root, null, suitesMet, seconds * suitesMet.length))) {
  process.stderr.write(
    `without a mutant: expected ${suitesMet.length} suites to pass, got a failure; run npm test\n`,
  );
  process.exit(1);
}

const outcomes: Outcome[] = [];
const queue = [...sample];
async function work(): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const reason = equivalenceOf(mutant, lines.get(mutant.file)![mutant.line - 1]!);
    const suites = nearest(mutant.file);
    const killed = reason === null ? await isKilled(root, mutant, suites, seconds) : false;
    outcomes.push({ mutant, suites, reason, killed });
    if (process.stderr.isTTY) process.stderr.write(`\r${outcomes.length} of ${count}`);
    if (!killed && reason === null) process.stderr.write(`${toText(mutant)}\n`);
  }
}
const toText = ({ file, line, kind, before, after }: Mutant): string =>
  `survived: ${file}:${line} (${kind}): ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
await Promise.all(Array.from({ length: Number(values.workers) }, work));

const survivors = outcomes.filter(({ killed, reason }) => !killed && reason === null);
if (values.json) process.stdout.write(`${JSON.stringify({ outcomes, unreached }, null, 1)}\n`);
else {
  process.stdout.write(`${formatTable(outcomes)}\n`);
  for (const { mutant, reason } of outcomes)
    if (reason !== null) process.stdout.write(`equivalent: ${mutant.file}:${mutant.line}: ${reason}\n`);
  if (unreached.length > 0)
    process.stdout.write(`${unreached.length} files are imported by no suite: ${unreached.join(' ')}\n`);
}
process.exitCode = survivors.length > 0 ? 1 : 0;
