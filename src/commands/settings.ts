import { closest } from 'fastest-levenshtein';
import { commandOf, defaultConfig, flagOf, requireLossOfEngine } from '../results/commandLine.ts';
import { backendNames, engineNames, lossNames } from '../results/runNames.ts';
import type { Config } from '../results/shared.ts';
import { usageFailure } from '../system/errors.ts';
import { readText } from '../system/readText.ts';
import { choice, flag, integer, oddInteger, positiveNumber, type ReadValue, shown, text } from './values.ts';

/** Every setting of a run that a flag or a configuration file can give. */
export interface Settings extends Config {
  readonly out: string;
  readonly offline: boolean;
}

const digit = integer('a digit 0..9', 0, 9);

/** The reader of each setting. */
export const readers = {
  data: text('auto, usps, synthetic or a path'),
  positive: digit,
  negative: digit,
  perClass: integer('an integer 1..100000', 1, 100_000),
  seed: integer('an integer 0..4294967295', 0, 2 ** 32 - 1),
  epochs: integer('an integer 1..100000', 1, 100_000),
  learningRate: positiveNumber('a finite number above 0'),
  kernelSize: oddInteger('an odd integer 1..15', 1, 15),
  engine: choice(engineNames),
  loss: choice(lossNames),
  backend: choice(['auto', ...backendNames]),
  out: text('a folder'),
  offline: flag,
} satisfies { [K in keyof Settings]: ReadValue<Settings[K]> };

/** Values of settings that neither a flag nor a configuration file gives. */
export const defaults: Settings = { ...defaultConfig, out: 'outputs', offline: false };

/**
 * The settings of a run: flags override a configuration file, which overrides the defaults.
 *
 * @throws Failure (usage) for a value out of its range, an unknown key, or a file that cannot be read
 */
export async function readSettings(flags: Record<string, unknown>, file?: string): Promise<Settings> {
  const [fromFlags, fromFile] = await readGiven(readers, flags, file);
  const settings = { ...defaults, ...fromFile, ...fromFlags };
  requireLossOfEngine(settings);
  return settings;
}

/** The values that readers return, by key. */
type Given<R> = { [K in keyof R]?: R[K] extends ReadValue<infer T> ? T : never };

/**
 * The settings that flags and a configuration file give, each read by its reader. Unset keys are omitted.
 *
 * @throws Failure (usage) for a value out of its range, an unknown key, or a file that cannot be read
 */
export async function readGiven<R extends Record<string, ReadValue<unknown>>>(
  readers: R,
  flags: Record<string, unknown>,
  file?: string,
): Promise<[fromFlags: Given<R>, fromFile: Given<R>]> {
  const known = Object.keys(readers);
  const values = file === undefined ? {} : await readConfigFile(file, known);
  const read = (given: Record<string, unknown>, nameOf: (key: string) => string) =>
    Object.fromEntries(
      known
        .filter((key) => given[key] !== undefined)
        .map((key) => [key, readers[key]!(nameOf(key), given[key])]),
    ) as Given<R>;
  return [read(flags, flagOf), read(values, (key) => `${file}: ${key}`)];
}

async function readConfigFile(file: string, known: readonly string[]): Promise<Record<string, unknown>> {
  const text = await readText(file, `--config ${file}`);
  if (text === undefined)
    throw usageFailure(`--config ${file}: expected a JSON file, got none there; check the path`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageFailure(`--config ${file}: expected a JSON file, got ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageFailure(`--config ${file}: expected a JSON object, got ${shown(value)}`);
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    throw usageFailure(
      `--config ${file}: expected keys out of ${known.join(', ')}, got ${key} (did you mean ${closest(key, known)}?)`,
    );
  }
  return value as Record<string, unknown>;
}

/** The settings that are stored in results. */
export const configOf = ({ out: _out, offline: _offline, ...config }: Settings): Config => config;

/** The command that repeats a run of this configuration, with the data source that `auto` resolved to. */
export const repeating = (command: string, { out }: Settings, config: Config): string =>
  commandOf(command, config, out === defaults.out ? [] : [['out', out]]);
