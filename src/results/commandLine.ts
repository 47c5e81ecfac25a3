import { shellQuoted } from '../system/text.ts';
import type { Config } from './shared.ts';

/** The notebook's values, for settings that neither a flag nor a configuration file gives. */
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

/** The flag of a setting: perClass is --per-class. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** A command with its flags, as a shell takes it. */
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
