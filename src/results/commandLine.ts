import { usageFailure } from '../system/errors.ts';
import { shellQuoted } from '../system/text.ts';
import type { Config } from './shared.ts';

/** The notebook's values, used for settings that neither a flag nor a configuration file gives. */
export const defaultConfig: Config = {
  data: 'auto',
  positive: 1,
  negative: 8,
  perClass: 100,
  seed: 1,
  epochs: 80,
  learningRate: 0.1,
  kernelSize: 5,
  engine: 'manual',
  loss: 'logits',
  backend: 'auto',
};

/** @throws Failure (usage) if the engine has no gradient of the loss */
export function requireLossOfEngine({ loss, engine }: Pick<Config, 'loss' | 'engine'>): void {
  if (loss !== 'logged' || engine === 'autodiff') return;
  throw usageFailure(
    `--loss logged: expected --engine autodiff with it, got ${engine}, whose gradient is that of the logits loss`,
  );
}

/** The flag of a setting: perClass is --per-class. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** A command with its flags, quoted for a shell. */
export function commandLine(
  command: string,
  given: readonly (readonly [name: string, value: unknown])[],
): string {
  return [
    'backproof',
    command,
    ...given.flatMap(([name, value]) => [flagOf(name), shellQuoted(String(value))]),
  ].join(' ');
}

/** The command that repeats a run: every setting that is not the default, followed by more flags with their values. */
export function commandOf(
  command: string,
  config: Config,
  more: readonly (readonly [name: string, value: unknown])[] = [],
): string {
  const names = Object.keys(defaultConfig) as (keyof Config)[];
  const given = names.filter((name) => config[name] !== defaultConfig[name]);
  return commandLine(command, [...given.map((name) => [name, config[name]] as const), ...more]);
}
