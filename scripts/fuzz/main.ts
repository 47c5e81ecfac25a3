// The checker on trial: random functions, each right and with one planted mistake.
// npm run fuzz -- [--seeds 2000] [--seed 1] [--family NAME] [--shrink] [--workers N] [--json]; one --seed without --seeds is
// that function only. Exits 1 where a mistake is missed, a right gradient is called wrong, or too many are inconclusive.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FAMILIES } from './ops/index.ts';
import type { Outcome } from './outcome.ts';
import { fuzzAll } from './pool.ts';
import { formatCauses, formatTable, rowsOf } from './table.ts';

/** More inconclusive outcomes than this part, and the checker decides too little. */
const MOST_INCONCLUSIVE = 0.02;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
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

const started = performance.now();
const outcomes = await fuzzAll(seeds, whole('workers', values.workers, 1), { shrink, family }, (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}${done === count ? '\n' : ''}`);
});
const seconds = (performance.now() - started) / 1000;

const isFault = ({ right, planted }: Outcome): boolean => right === 'false alarm' || planted === 'missed';
const isOpen = ({ right, planted }: Outcome): boolean =>
  right === 'inconclusive' || planted === 'inconclusive';
const faults = outcomes.filter(isFault);
const open = outcomes.filter(isOpen).length;
const tooOpen = open > MOST_INCONCLUSIVE * count;

function told(outcome: Outcome): string {
  const { seed, right, planted, detail, file } = outcome;
  const verdict = right === 'passed' ? planted : right;
  const again = `npm run fuzz -- --seed ${seed}${family === undefined ? '' : ` --family '${family}'`}`;
  return `${verdict}: ${outcome.family}: ${detail}\n  ${again} --shrink\n${shrink || single ? (file ?? '') : ''}`;
}

if (values.json) {
  const result = { functions: count, seconds, inconclusive: open, rows: rowsOf(outcomes), outcomes };
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
} else {
  const shown = single ? outcomes : faults;
  process.stdout.write(
    `${shown.map(told).join('\n')}\n${formatTable(rowsOf(outcomes))}\n\n${formatCauses(outcomes)}\n`,
  );
  process.stdout.write(
    `${count} functions in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second; ` +
      `${faults.length} missed or falsely accused; ${open} inconclusive${tooOpen ? ', too many' : ''}\n`,
  );
}
process.exitCode = faults.length > 0 || tooOpen ? 1 : 0;
