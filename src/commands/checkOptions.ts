import { Option } from 'commander';
import type { CheckOptions } from '../gradcheck/file/messages.ts';
import { DEFAULTS } from '../gradcheck/file/reproduce.ts';
import { usageFailure } from '../system/errors.ts';
import { choice, integer, numberFrom0, positiveNumber, text } from './values.ts';

/** The flags of `backproof check`. */
export interface CheckFlags {
  readonly only?: string;
  readonly seed?: string;
  readonly mode?: string;
  readonly order?: string;
  readonly kinks?: string;
  readonly exact?: string;
  readonly points?: string;
  readonly rtol?: string;
  readonly atol?: string;
  readonly precision?: string;
  readonly backend?: string;
  readonly reporter?: string;
  readonly timeout: string;
  readonly watch: boolean;
  readonly json: boolean;
  readonly selfTest: boolean;
  readonly init: boolean;
}

const REPORTERS = ['default', 'json', 'junit', 'github'] as const;
/** Who makes the text on stdout. */
export type Reporter = (typeof REPORTERS)[number];

export const checkOptions = [
  new Option('--only <name>', 'check only this spec, by its name or its export'),
  new Option('--seed <n>', `of the upstream gradient and of samples (default: ${DEFAULTS.seed})`),
  new Option('--mode <name>', 'full: every element; sampled: some; directional: a screen (default: full)'),
  new Option('--order <n>', '2: the gradient of the gradient as well (default: 1)'),
  new Option(
    '--kinks <policy>',
    'where a branch flips within a step: freeze, skip, subgradient or error (default: freeze)',
  ),
  new Option(
    '--exact <name>',
    'decide over finite fields as well: on, off, or only (large inputs; default: on)',
  ),
  new Option(
    '--points <n>',
    'further points near the inputs where only their branches are proved (default: 0)',
  ),
  new Option('--rtol <x>', 'relative tolerance (default: depends on the precision)'),
  new Option('--atol <x>', 'absolute tolerance (default: a fraction of the largest element)'),
  new Option('--precision <name>', 'float32: gradients as --backend computes them (default: float64)'),
  new Option('--backend <name>', 'with --precision float32: cpu, wasm or native (default: cpu)'),
  new Option('--reporter <name>', 'default, json (as --json), junit or github (default: default)'),
  new Option('--watch', 'check again when a file changes, or one that it imports').default(false),
  new Option('--timeout <seconds>', 'stop a spec that shows no progress for so long').default('60'),
  new Option('--init', 'write an example to FILE that passes').default(false),
  new Option('--self-test', 'test the checker itself with planted mistakes').default(false),
];

export const checkExamples = [
  'check layers.ts',
  'check src "test/**/*.gradcheck.ts"',
  'check layers.ts --only dense --seed 7',
  'check layers.ts --mode sampled --timeout 300',
  'check large.ts --exact only',
  'check layers.ts --points 20',
  'check layers.ts --order 2 --kinks subgradient',
  'check layers.ts --rtol 1e-6 --atol 1e-9',
  'check layers.ts --precision float32 --backend wasm',
  'check src --reporter junit > gradients.xml',
  'check src --watch',
  'check --init layers.ts',
  'check --self-test',
];

export const checkNotes = `
FILE is a module, a folder (in it *.gradcheck.ts and the like, at any depth) or a glob in quotes.
A checked module is trusted code: it runs in a process of its own, with your rights. That guards against accidents,
not against malice.`;

/** The flags as options, with their defaults. */
export function readCheckOptions(flags: CheckFlags): {
  options: CheckOptions;
  timeout: number;
  reporter: Reporter;
} {
  const read = <Key extends keyof CheckOptions>(
    key: Key,
    how: (name: string, value: unknown) => CheckOptions[Key],
  ): CheckOptions[Key] => (flags[key] === undefined ? DEFAULTS[key] : how(`--${key}`, flags[key]));
  const precision = read('precision', choice(['float64', 'float32']));
  const backend = read('backend', choice(['cpu', 'wasm', 'native'] as const));
  if (backend !== null && precision === 'float64')
    throw usageFailure(`--backend: expected --precision float32 with it, got ${backend} in double precision`);
  const order = read('order', (name, value) => (choice(['1', '2'])(name, value) === '1' ? 1 : 2));
  if (order === 2 && precision === 'float32')
    throw usageFailure('--order: expected 1 with --precision float32, got 2');
  const exact = read('exact', choice(['on', 'off', 'only'] as const));
  const points = read('points', integer('a whole number 0..10000', 0, 10_000));
  if (points > 0 && exact === 'off')
    throw usageFailure('--points: expected --exact on or only with it, got off');
  if (points > 0 && precision === 'float32')
    throw usageFailure('--points: expected --precision float64 with it, got float32');
  const options = {
    only: read('only', text('the name of a spec')),
    seed: read('seed', integer('an integer 0..4294967295', 0, 2 ** 32 - 1)),
    mode: read('mode', choice(['full', 'sampled', 'directional'])),
    order,
    kinks: read('kinks', choice(['freeze', 'skip', 'subgradient', 'error'])),
    exact,
    points,
    rtol: read('rtol', numberFrom0('a number from 0 and below 0.5', 0.5)),
    atol: read('atol', numberFrom0('a number from 0')),
    precision,
    backend: precision === 'float32' ? (backend ?? 'cpu') : null,
  };
  return {
    options,
    timeout: positiveNumber('a number of seconds above 0')('--timeout', flags.timeout),
    reporter: reporterOf(flags),
  };
}

function reporterOf({ reporter, json }: CheckFlags): Reporter {
  if (reporter === undefined) return json ? 'json' : 'default';
  const chosen = choice(REPORTERS)('--reporter', reporter);
  if (json && chosen !== 'json')
    throw usageFailure(`--json: expected no other --reporter with it, got ${chosen}`);
  return chosen;
}
