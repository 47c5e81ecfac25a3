// Puts the program under stress for some minutes:
//   npm run torture -- [--minutes 1] [--seed 1] [--only KIND] [--trials N] [--json]
// Each trial is a kind and a seed; both are printed if it fails. Exits 1 if any failed. --root FOLDER tests another
// package that contains src and dist, such as an earlier version.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { uniformNumbers } from '../../src/numerics/random.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import type { Kind, Started, World } from './kind.ts';
import { disks } from './kinds/disks.ts';
import { downloads } from './kinds/downloads.ts';
import { inputs } from './kinds/inputs.ts';
import { kills } from './kinds/kills.ts';
import { modules } from './kinds/modules.ts';
import { results } from './kinds/results.ts';

const kinds: Readonly<Record<string, Kind>> = { kills, results, inputs, modules, downloads, disks };

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    trials: { type: 'string' },
    root: { type: 'string', default: packageRoot() },
    json: { type: 'boolean', default: false },
  },
});

function usage(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

function positive(option: 'minutes' | 'trials', text: string): number {
  const value = Number(text);
  return value > 0 ? value : usage(`--${option}: expected a number above 0, got ${text}`);
}

if (values.only !== undefined && kinds[values.only] === undefined)
  usage(`--only: expected one of ${Object.keys(kinds).join(', ')}, got ${values.only}`);
const firstSeed = Number(values.seed);
if (!Number.isSafeInteger(firstSeed) || firstSeed < 0)
  usage(`--seed: expected a whole number from 0, got ${values.seed}`);
const minutes = positive('minutes', values.minutes);
const trials = values.trials === undefined ? Number.POSITIVE_INFINITY : positive('trials', values.trials);

/** The results of one kind. */
interface Row {
  readonly kind: string;
  /** Why there are no trials; null if there are. */
  skipped: string | null;
  tried: number;
  begun: number;
  seconds: number;
  readonly failures: { readonly seed: number; readonly problem: string }[];
}

const scratch = mkdtempSync(join(tmpdir(), 'backproof-torture-'));
const root = resolve(values.root);
let made: string | null = null;
const world: World = {
  root,
  scratch,
  results: () => {
    made ??= makeResults();
    return made;
  },
};
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopped = true;
  });
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const rows: Row[] = [];
const started = new Map<Row, Started>();
for (const [kind, { start }] of Object.entries(kinds)) {
  if (values.only !== undefined && kind !== values.only) continue;
  const ready = await start(world);
  const skipped = typeof ready === 'string' ? ready : null;
  const row: Row = { kind, skipped, tried: 0, begun: 0, seconds: 0, failures: [] };
  rows.push(row);
  if (typeof ready !== 'string') started.set(row, ready);
}
const end = performance.now() + minutes * 60_000;
await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const { stop } of started.values()) await stop();

if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`);
else {
  for (const { kind, failures } of rows)
    for (const { seed, problem } of failures)
      process.stdout.write(`${problem}\n  npm run torture -- --only ${kind} --seed ${seed} --trials 1\n`);
  for (const { kind, skipped, tried, seconds, failures } of rows)
    process.stdout.write(
      skipped === null
        ? `${kind.padEnd(10)} ${tried} tried, ${failures.length} failed, ${seconds.toFixed(0)} s\n`
        : `${kind.padEnd(10)} skipped: ${skipped}\n`,
    );
}
process.exitCode = rows.some(({ failures }) => failures.length > 0) ? 1 : 0;

/** Runs trials of the kind that has had the least time so far, until the time is up. */
async function work(): Promise<void> {
  for (;;) {
    const open = [...started.keys()].filter(({ begun }) => begun < trials);
    if (stopped || open.length === 0 || performance.now() > end) return;
    const row = open.reduce((least, each) => (each.seconds < least.seconds ? each : least));
    await tryOne(row, firstSeed + row.begun++);
  }
}

async function tryOne(row: Row, seed: number): Promise<void> {
  const folder = join(scratch, `${row.kind}-${seed}`);
  mkdirSync(folder);
  const began = performance.now();
  // Counted immediately, so that the other worker takes another kind.
  row.seconds += 1;
  const random = uniformNumbers(seed * 7919 + row.kind.length);
  const problem = await started
    .get(row)!
    .trial(random, folder)
    .catch((error: unknown) => `the torture itself: ${(error as Error).stack}`);
  row.seconds += (performance.now() - began) / 1000 - 1;
  row.tried += 1;
  if (problem !== null) row.failures.push({ seed, problem });
  if (process.stderr.isTTY) process.stderr.write(`\r${row.kind} ${row.tried}   `);
  rmSync(folder, { recursive: true, force: true });
}

/** The results of small runs, made by the package under test. */
function makeResults(): string {
  const folder = join(scratch, 'results');
  const small = ['--data', 'synthetic', '--per-class', '10', '--epochs', '5'];
  const commands = [
    ['run', ...small],
    ['sweep', ...small, '--seeds', '0-5', '--pairs', '1v8,3v5'],
    ['audit', '--only', 'Relu', '--backend', 'cpu'],
  ];
  for (const command of commands) {
    const program = [join(root, 'dist', 'cli.js'), ...command, '--out', folder, '--quiet'];
    const { status, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`expected ${command.join(' ')} to end well, got ${status}: ${stderr}`);
  }
  return folder;
}
