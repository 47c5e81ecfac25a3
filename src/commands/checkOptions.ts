import { isAbsolute, join, relative } from 'node:path';
import { Option } from 'commander';
import { type BackproofConfig, REPORTERS, type Reporter } from '../gradcheck/file/config.ts';
import type { CheckOptions } from '../gradcheck/file/messages.ts';
import { DEFAULTS } from '../gradcheck/file/reproduce.ts';
import { usageFailure } from '../system/errors.ts';
import { type FoundConfig, findCheckConfig } from './checkConfig.ts';
import { withChoices } from './completion.ts';
import { choice, integer, numberFrom0, positiveNumber, type ReadValue, text } from './values.ts';

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
  readonly timeout?: string;
  readonly watch: boolean;
  readonly json: boolean;
  readonly selfTest: boolean;
  readonly init: boolean;
}

/** A reporter, and the file that it writes to, or null for stdout. */
export interface ChosenReporter {
  readonly reporter: Reporter;
  readonly file: string | null;
}

/** The settings of `check` that a configuration file may have. */
const CONFIG_KEYS = [
  'files',
  'reporters',
  'seed',
  'mode',
  'order',
  'kinks',
  'exact',
  'points',
  'rtol',
  'atol',
  'precision',
  'backend',
  'timeout',
] as const satisfies readonly (keyof NonNullable<BackproofConfig['check']>)[];

const DEFAULT_TIMEOUT = 60;
const MODES = ['full', 'sampled', 'directional'] as const;
const ORDERS = ['1', '2'] as const;
const KINKS = ['freeze', 'skip', 'subgradient', 'error'] as const;
const EXACT = ['on', 'off', 'only'] as const;
const PRECISIONS = ['float64', 'float32'] as const;
const BACKENDS = ['cpu', 'wasm', 'native'] as const;

export const checkOptions = [
  new Option('--only <name>', 'check only this spec, by its name or its export'),
  new Option('--seed <n>', `of the upstream gradient and of samples (default: ${DEFAULTS.seed})`),
  withChoices(
    new Option('--mode <name>', 'full: every element; sampled: some; directional: a screen (default: full)'),
    MODES,
  ),
  withChoices(new Option('--order <n>', '2: the gradient of the gradient as well (default: 1)'), ORDERS),
  withChoices(
    new Option(
      '--kinks <policy>',
      'where a branch flips within a step: freeze, skip, subgradient or error (default: freeze)',
    ),
    KINKS,
  ),
  withChoices(
    new Option(
      '--exact <name>',
      'decide over finite fields as well: on, off, or only (large inputs; default: on)',
    ),
    EXACT,
  ),
  new Option(
    '--points <n>',
    'further points near the inputs where only their branches are proved (default: 0)',
  ),
  new Option('--rtol <x>', 'relative tolerance (default: depends on the precision)'),
  new Option('--atol <x>', 'absolute tolerance (default: a fraction of the largest element)'),
  withChoices(
    new Option('--precision <name>', 'float32: gradients as --backend computes them (default: float64)'),
    PRECISIONS,
  ),
  withChoices(
    new Option('--backend <name>', 'with --precision float32: cpu, wasm or native (default: cpu)'),
    BACKENDS,
  ),
  withChoices(
    new Option('--reporter <name>', 'default, json (as --json), junit or github (default: default)'),
    REPORTERS,
  ),
  new Option('--watch', 'check again when a file changes, or one that it imports').default(false),
  new Option(
    '--timeout <seconds>',
    `stop a spec that shows no progress for so long (default: ${DEFAULT_TIMEOUT})`,
  ),
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

/** All settings of `backproof check`: flags override a configuration file, which overrides the defaults. */
export interface CheckSettings {
  readonly targets: readonly string[];
  readonly options: CheckOptions;
  readonly timeout: number;
  /** Exactly one of them writes to stdout. */
  readonly reporters: readonly ChosenReporter[];
}

/** @throws Failure (usage) for a value out of its range, and for a configuration file that cannot be read */
export async function readCheckSettings(
  targets: readonly string[],
  flags: CheckFlags,
): Promise<CheckSettings> {
  const config = await findCheckConfig(CONFIG_KEYS);
  const values = config?.values ?? {};
  const read = <T, D>(key: keyof CheckOptions | 'timeout', otherwise: D, how: ReadValue<T>): T | D => {
    if (flags[key] !== undefined) return how(`--${key}`, flags[key]);
    return values[key] === undefined ? otherwise : how(`${config!.source}: ${key}`, values[key]);
  };
  const precision = read('precision', DEFAULTS.precision, choice(PRECISIONS));
  const backend = read('backend', DEFAULTS.backend, choice(BACKENDS));
  if (backend !== null && precision === 'float64')
    throw usageFailure(`--backend: expected --precision float32 with it, got ${backend} in double precision`);
  const order = read<1 | 2, 1>('order', DEFAULTS.order, (name, value) =>
    choice(ORDERS)(name, String(value)) === '1' ? 1 : 2,
  );
  if (order === 2 && precision === 'float32')
    throw usageFailure('--order: expected 1 with --precision float32, got 2');
  const exact = read('exact', DEFAULTS.exact, choice(EXACT));
  const points = read('points', DEFAULTS.points, integer('a whole number 0..10000', 0, 10_000));
  if (points > 0 && exact === 'off')
    throw usageFailure('--points: expected --exact on or only with it, got off');
  if (points > 0 && precision === 'float32')
    throw usageFailure('--points: expected --precision float64 with it, got float32');
  const options = {
    only: read('only', DEFAULTS.only, text('the name of a spec')),
    seed: read('seed', DEFAULTS.seed, integer('an integer 0..4294967295', 0, 2 ** 32 - 1)),
    mode: read('mode', DEFAULTS.mode, choice(MODES)),
    order,
    kinks: read('kinks', DEFAULTS.kinks, choice(KINKS)),
    exact,
    points,
    rtol: read('rtol', DEFAULTS.rtol, numberFrom0('a number from 0 and below 0.5', 0.5)),
    atol: read('atol', DEFAULTS.atol, numberFrom0('a number from 0')),
    precision,
    backend: precision === 'float32' ? (backend ?? 'cpu') : null,
  };
  return {
    targets: targets.length > 0 ? targets : filesOf(config),
    options,
    timeout: read('timeout', DEFAULT_TIMEOUT, positiveNumber('a number of seconds above 0')),
    reporters: reportersOf(flags, config),
  };
}

/** The files of the configuration, as paths relative to the working directory. */
function filesOf(config: FoundConfig | null): string[] {
  const files = config?.values.files ?? [];
  const name = `${config?.source}: files`;
  return (Array.isArray(files) ? files : [files]).map((file) =>
    fromHere(config!, text('files, folders or globs')(name, file)),
  );
}

function reportersOf(flags: CheckFlags, config: FoundConfig | null): readonly ChosenReporter[] {
  const { reporter, json } = flags;
  if (reporter !== undefined) {
    const chosen = choice(REPORTERS)('--reporter', reporter);
    if (json && chosen !== 'json')
      throw usageFailure(`--json: expected no other --reporter with it, got ${chosen}`);
    return [{ reporter: chosen, file: null }];
  }
  if (json) return [{ reporter: 'json', file: null }];
  const given = config?.values.reporters ?? [];
  const name = `${config?.source}: reporters`;
  if (!Array.isArray(given))
    throw usageFailure(
      `${name}: expected a list of names, or of pairs [name, file], got ${JSON.stringify(given)}`,
    );
  const reporters = given.map((entry: unknown): ChosenReporter => {
    const [reporter, file, ...more] = Array.isArray(entry) ? entry : [entry];
    if (more.length > 0) throw usageFailure(`${name}: expected [name, file], got ${JSON.stringify(entry)}`);
    return {
      reporter: choice(REPORTERS)(name, reporter),
      file: file === undefined ? null : fromHere(config!, text('a file')(name, file)),
    };
  });
  const onStdout = reporters.filter(({ file }) => file === null);
  if (onStdout.length > 1)
    throw usageFailure(
      `${name}: expected one reporter without a file, got ${onStdout.map((chosen) => chosen.reporter).join(', ')}`,
    );
  if (reporters.some((chosen) => chosen.reporter === 'default' && chosen.file !== null))
    throw usageFailure(
      `${name}: expected default without a file, got one; junit, json and github write files`,
    );
  return onStdout.length === 1 ? reporters : [{ reporter: 'default', file: null }, ...reporters];
}

/** A path of the configuration, made relative to the working directory. */
const fromHere = ({ folder }: FoundConfig, path: string): string => {
  const there = relative(process.cwd(), folder);
  return there === '' || isAbsolute(path) ? path : join(there, path);
};
