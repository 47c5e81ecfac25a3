import { availableParallelism } from 'node:os';
import type { DigitPair } from '../notebook/data/select.ts';
import { Grid, pairText } from '../notebook/sweep/grid.ts';
import { readSeeds } from '../notebook/sweep/seeds.ts';
import { commandLine, flagOf } from '../results/commandLine.ts';
import type { SweepConfig } from '../results/sweep.ts';
import { usageFailure } from '../system/errors.ts';
import { defaults, readers, readGiven } from './settings.ts';
import { choice, integer, positiveNumber, type ReadValue } from './values.ts';

/** Every setting of a sweep. */
export interface SweepSettings extends Omit<SweepConfig, 'seeds' | 'pairs' | 'learningRates' | 'engine'> {
  readonly grid: Grid;
  /** Number of threads. */
  readonly workers: number;
  readonly out: string;
  readonly offline: boolean;
}

const DEFAULT_SEEDS = '0-99';

/** Reads a list: text separated by commas, or in a configuration file also an array or a single value. */
const listOf =
  <T>(read: ReadValue<T>): ReadValue<T[]> =>
  (name, value) => {
    const values = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
    return values.map((one: unknown) => read(name, typeof one === 'string' ? one.trim() : one));
  };

const readPair: ReadValue<DigitPair> = (name, value) => {
  const [, positive, negative] = /^(\d)v(\d)$/.exec(String(value)) ?? [];
  if (positive !== undefined && positive !== negative) {
    return { positive: Number(positive), negative: Number(negative) };
  }
  throw usageFailure(
    `${name}: expected pairs of two different digits as 1v8,3v5, the one with label 1 first, got ${String(value) || 'nothing'}`,
  );
};

const sweepReaders = {
  ...readers,
  engine: choice(['fused']),
  seeds: readSeeds,
  pairs: listOf(readPair),
  learningRates: listOf(positiveNumber('finite numbers above 0, separated by commas')),
  workers: integer('an integer 1..1024', 1, 1024),
};

/**
 * The settings of a sweep: flags override a configuration file, which overrides the defaults.
 *
 * @throws Failure (usage) for a value out of its range, both a list and its single value, or an unknown key
 */
export async function readSweepSettings(
  flags: Record<string, unknown>,
  file?: string,
): Promise<SweepSettings> {
  const levels = await readGiven(sweepReaders, flags, file);
  const [fromFlags, fromFile] = levels;
  for (const [at, level] of levels.entries()) requireOneOfEach(level, at === 0 ? null : (file ?? null));
  const single = { ...defaults, ...fromFile, ...fromFlags };
  // A singular flag overrides the file's plural list.
  const level = (plural: keyof typeof fromFlags, singular: readonly (keyof typeof fromFlags)[]) =>
    levels.find((given) => [plural, ...singular].some((name) => given[name] !== undefined));
  const { seeds, seed = DEFAULT_SEEDS } = level('seeds', ['seed']) ?? {};
  const grid = new Grid({
    seeds: seeds ?? readSeeds('--seed', seed),
    pairs: onlyOnce(level('pairs', ['positive', 'negative'])?.pairs ?? [pairOf(single)], pairText, '--pairs'),
    learningRates: onlyOnce(
      level('learningRates', ['learningRate'])?.learningRates ?? [single.learningRate],
      String,
      '--learning-rates',
    ),
  });
  return {
    grid,
    workers: single.workers ?? availableParallelism(),
    perClass: single.perClass,
    epochs: single.epochs,
    kernelSize: single.kernelSize,
    data: single.data,
    out: single.out,
    offline: single.offline,
  };
}

const pairOf = ({ positive, negative }: DigitPair): DigitPair => {
  if (positive !== negative) return { positive, negative };
  throw usageFailure(
    `--negative: expected a digit other than --positive (${positive}), got ${negative}; choose two different digits`,
  );
};

function requireOneOfEach(given: object, file: string | null): void {
  for (const [plural, ...singles] of [
    ['seeds', 'seed'],
    ['pairs', 'positive', 'negative'],
    ['learningRates', 'learningRate'],
  ] as const) {
    const beside = singles.find((name) => name in given);
    if (!(plural in given) || beside === undefined) continue;
    const [list, single] = file === null ? [flagOf(plural), flagOf(beside)] : [`${file}: ${plural}`, beside];
    throw usageFailure(
      `${list}: expected the list or the single value, got ${single} as well; leave one out`,
    );
  }
}

function onlyOnce<T>(values: readonly T[], text: (value: T) => string, name: string): readonly T[] {
  const texts = values.map(text);
  const twice = texts.find((one, at) => texts.indexOf(one) !== at);
  if (twice === undefined) return values;
  throw usageFailure(`${name}: expected each once, got ${twice} twice`);
}

/** The settings in the form of a configuration file. */
export const printedSettings = ({ grid, ...rest }: SweepSettings): object => ({
  seeds: String(grid.seeds),
  pairs: grid.pairs.map(pairText),
  learningRates: grid.learningRates,
  ...rest,
});

/** The settings that are stored in results. */
export const sweepConfigOf = (settings: SweepSettings): SweepConfig => ({
  seeds: String(settings.grid.seeds),
  pairs: [...settings.grid.pairs],
  learningRates: [...settings.grid.learningRates],
  perClass: settings.perClass,
  epochs: settings.epochs,
  kernelSize: settings.kernelSize,
  engine: 'fused',
  data: settings.data,
});

/** The command that repeats a sweep, with every setting that is not the default. */
export function sweepCommandOf(config: SweepConfig, out: string): string {
  const settings: [name: string, value: unknown, byDefault: unknown][] = [
    ['seeds', config.seeds, null],
    ['pairs', config.pairs.map(pairText).join(','), pairText(defaults)],
    ['learningRates', config.learningRates.join(','), String(defaults.learningRate)],
    ['perClass', config.perClass, defaults.perClass],
    ['epochs', config.epochs, defaults.epochs],
    ['kernelSize', config.kernelSize, defaults.kernelSize],
    ['data', config.data, defaults.data],
    ['out', out, defaults.out],
  ];
  return commandLine(
    'sweep',
    settings.filter(([, value, byDefault]) => value !== byDefault).map(([name, value]) => [name, value]),
  );
}
