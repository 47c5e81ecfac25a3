// Tests the checker on random functions, each correct and with one planted mistake:
//   npm run fuzz -- [--seeds 2000] [--seed 1] [--family NAME] [--shrink] [--workers N] [--json] [--exact]
// One --seed without --seeds runs only that function. Exits 1 if a mistake is missed, a correct gradient is called
// wrong, or too many are inconclusive. --exact runs only the exact check, on mistakes down to 1e-18 of one element;
// exits 1 if it refutes a correct one or proves a wrong one.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type ExactOutcome, formatExact, isExactFault } from './exact.ts';
import { FAMILIES } from './ops/index.ts';
import type { Outcome } from './outcome.ts';
import { fuzzAll } from './pool.ts';
import { formatCauses, formatTable, rowsOf } from './table.ts';

/** The largest acceptable share of inconclusive outcomes. */
const MOST_INCONCLUSIVE = 0.02;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    exact: { type: 'boolean', default: false },
  },
});

function usage(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  return usage(`--${option}: expected a whole number from ${least}, got ${text}`);
}

if (values.family !== undefined && !FAMILIES.includes(values.family))
  usage(`--family: expected one of ${FAMILIES.join(', ')}, got ${values.family}`);
const first = whole('seed', values.seed, 0);
const single = values.seeds === undefined && process.argv.includes('--seed');
const count = single ? 1 : whole('seeds', values.seeds ?? '2000', 1);
const seeds = Array.from({ length: count }, (_, i) => first + i);
const { shrink, family } = values;

const workers = whole('workers', values.workers, 1);
const json = (result: object): void => void process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);

async function fuzz<Result>(exact: boolean): Promise<{ outcomes: Result[]; seconds: number; speed: string }> {
  const started = performance.now();
  const outcomes = await fuzzAll<Result>(seeds, workers, { shrink, family, exact }, (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}${done === count ? '\n' : ''}`);
  });
  const seconds = (performance.now() - started) / 1000;
  const speed = `${count} functions in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second`;
  return { outcomes, seconds, speed };
}

const isFault = ({ right, planted }: Outcome): boolean => right === 'false alarm' || planted === 'missed';
const isOpen = ({ right, planted }: Outcome): boolean =>
  right === 'inconclusive' || planted === 'inconclusive';
const again = (seed: number): string =>
  `npm run fuzz -- --seed ${seed}${family === undefined ? '' : ` --family '${family}'`}`;

function told(outcome: Outcome): string {
  const { seed, right, planted, detail, file } = outcome;
  const verdict = right === 'passed' ? planted : right;
  return `${verdict}: ${outcome.family}: ${detail}\n  ${again(seed)} --shrink\n${shrink || single ? (file ?? '') : ''}`;
}

/** Returns whether all is well. */
async function wholeChecker(): Promise<boolean> {
  const { outcomes, seconds, speed } = await fuzz<Outcome>(false);
  const faults = outcomes.filter(isFault);
  const open = outcomes.filter(isOpen).length;
  const tooOpen = open > MOST_INCONCLUSIVE * count;
  const rows = rowsOf(outcomes);
  if (values.json) json({ functions: count, seconds, inconclusive: open, rows, outcomes });
  else {
    const shown = (single ? outcomes : faults).map(told).join('\n');
    process.stdout.write(`${shown}\n${formatTable(rows)}\n\n${formatCauses(outcomes)}\n`);
    process.stdout.write(
      `${speed}; ${faults.length} missed or falsely accused; ${open} inconclusive${tooOpen ? ', too many' : ''}\n`,
    );
  }
  return faults.length === 0 && !tooOpen;
}

/** Returns whether all is well. */
async function exactChecker(): Promise<boolean> {
  const { outcomes, seconds, speed } = await fuzz<ExactOutcome>(true);
  const faults = outcomes.filter(isExactFault);
  if (values.json) json({ functions: count, seconds, outcomes });
  else {
    const lines = faults.map(
      ({ seed, right }) =>
        `${right === 'refuted' ? 'a right gradient is refuted' : 'a wrong one is proved'}: ${again(seed)} --exact`,
    );
    process.stdout.write(
      [...lines, formatExact(outcomes), '', `${speed}; ${faults.length} wrong\n`].join('\n'),
    );
  }
  return faults.length === 0;
}

process.exitCode = (await (values.exact ? exactChecker() : wholeChecker())) ? 0 : 1;
