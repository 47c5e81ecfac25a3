// Small mistakes put into the source, one at a time, each before the suites that reach its file: killed or survived.
// npm run mutate [-- --folder 'src/{results,numerics}' --sample 60 --seed 1 --nearest 4 --workers N --tested --together
// --json]
// A mutant meets the nearest suites by imports, as many as --nearest says, until one fails. A suite is loaded once with all
// of its mutants, and each of its tests meets those that it reaches. What none of them kills is then met alone,
// by whole suites, which first have to pass as they are; a mutant that keeps one busy for many times as long is
// killed. --tested: all have just passed; a minute is the limit. --together: alone a mutant meets only the nearest two, and
// a test that takes longer than a second meets none: a lower bound, several times as fast.
// Files that no suite imports are reported as such: they are tested as built programs, which a mutant does not reach.
// Exits 1 where a mutant survives, or, with --least 0.85, where fewer than that are killed.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { distinctIndices, uniformNumbers } from '../../src/numerics/random.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { buildWebAssembly } from '../build/webassembly.ts';
import { exitOnSignals } from '../exitOnSignals.ts';
import { equivalenceOf } from './equivalents/index.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { suitesReaching } from './reach.ts';
import { SuiteRunner } from './run.ts';
import { formatTable, type Outcome } from './table.ts';
import { meetTogether } from './together.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'src' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    nearest: { type: 'string', default: '4' },
    least: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    tested: { type: 'boolean', default: false },
    together: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
/** With --together: suites that a mutant meets alone, and milliseconds that a test may take that meets mutants. */
const [ALONE, LONGEST] = [2, 1000];
const root = packageRoot();
const folder = values.folder.replace(/\/$/, ''); // or a file, or a glob
const suitesOf = suitesReaching(root);

const isSource = (path: string): boolean =>
  /^src\/.*(?<!\.d)\.tsx?$/.test(path) && !path.includes('/assembly/');
const files = globSync([folder, `${folder}/**`], { cwd: root, expandDirectories: false })
  .filter(isSource)
  .toSorted();
const lines = new Map<string, string[]>();
const all: Mutant[] = [];
const unreached: string[] = [];
for (const file of files) {
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

await buildWebAssembly();
const started = performance.now();
const nearest = (file: string): string[] => suitesOf(file).slice(0, Number(values.nearest));
/** Those that a mutant meets alone. */
const alone = (file: string): string[] => nearest(file).slice(0, values.together ? ALONE : undefined);

/** Seconds that a suite may take with a mutant: it is first run as it is, once. */
const limits = new Map<string, Promise<number>>();
async function measured(runner: SuiteRunner, suite: string): Promise<number> {
  if (values.tested) return 60;
  const begun = performance.now();
  if ((await runner.run({ mutant: null, suite, switches: null }, 600)) !== 'passed') {
    process.stderr.write(`${suite}: expected it to pass without a mutant, got a failure; run npm test\n`);
    process.exit(1);
  }
  return 20 + (10 * (performance.now() - begun)) / 1000;
}

async function isKilled(runner: SuiteRunner, mutant: Mutant): Promise<boolean> {
  for (const suite of alone(mutant.file)) {
    if (!limits.has(suite)) limits.set(suite, measured(runner, suite));
    const seconds = await limits.get(suite)!;
    const ended = await runner.run({ mutant, suite, switches: null }, seconds);
    if (ended !== 'passed') return true;
  }
  return false;
}

// On exit the runners end what their suites have started.
exitOnSignals();
const outcomes: Outcome[] = [];
const reasonOf = (mutant: Mutant): string | null =>
  equivalenceOf(mutant, lines.get(mutant.file)![mutant.line - 1]!);
const numbered = sample.filter((mutant) => reasonOf(mutant) === null).map((mutant, id) => ({ mutant, id }));
const met = await meetTogether(root, numbered, nearest, {
  workers: Number(values.workers),
  longest: values.together ? LONGEST : null,
  onSuite: (done, total) => say(`${done} of ${total} suites`),
});
const ids = new Map(numbered.map(({ mutant, id }) => [mutant, id]));
const queue = [...sample];
async function work(): Promise<void> {
  const runner = new SuiteRunner(root);
  process.once('exit', () => runner.stop());
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const id = ids.get(mutant);
    const reason = reasonOf(mutant);
    const killed = id !== undefined && (met.has(id) || (await isKilled(runner, mutant)));
    outcomes.push({ mutant, suites: nearest(mutant.file), reason, killed });
    say(`${outcomes.length} of ${count}`);
    if (!killed && reason === null) process.stderr.write(`${toText(mutant)}\n`);
  }
  runner.stop();
}
function say(progress: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${progress}`);
}
const toText = ({ file, line, kind, before, after }: Mutant): string =>
  `survived: ${file}:${line} (${kind}): ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
await Promise.all(Array.from({ length: Number(values.workers) }, work));

const counted = outcomes.filter(({ reason }) => reason === null);
const killed = counted.filter((outcome) => outcome.killed).length;
if (values.json) process.stdout.write(`${JSON.stringify({ outcomes, unreached }, null, 1)}\n`);
else {
  process.stdout.write(`${formatTable(outcomes)}\n`);
  for (const { mutant, reason } of outcomes)
    if (reason !== null) process.stdout.write(`equivalent: ${mutant.file}:${mutant.line}: ${reason}\n`);
  if (unreached.length > 0)
    process.stdout.write(`${unreached.length} files are imported by no suite: ${unreached.join(' ')}\n`);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${seconds.toFixed(0)} s, ${(seconds / count).toFixed(2)} s a mutant\n`);
}
process.exitCode = killed < Number(values.least) * counted.length ? 1 : 0;
