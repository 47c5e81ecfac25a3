import { shellQuoted } from '../../system/text.ts';
import type { CheckOptions } from './messages.ts';

/** The defaults of the options. */
export const DEFAULTS = {
  only: null,
  seed: 1,
  mode: 'full',
  order: 1,
  kinks: 'freeze',
  exact: 'on',
  points: 0,
  rtol: null,
  atol: null,
  precision: 'float64',
  backend: null,
} as const satisfies CheckOptions;

/** The command that checks one spec again with the same options. */
export function reproduceLine(shownFile: string, spec: string, options: CheckOptions): string {
  const { only, seed, ...others } = options;
  const changed = Object.entries(others)
    .filter(([name, value]) => value !== DEFAULTS[name as keyof CheckOptions])
    .flatMap(([name, value]) => [`--${name}`, String(value)]);
  // A file whose name begins with a dash must not look like an option.
  const file = shownFile.startsWith('-') ? `./${shownFile}` : shownFile;
  const words = ['backproof', 'check', file, '--only', spec, '--seed', String(seed), ...changed];
  return words.map(shellQuoted).join(' ');
}
