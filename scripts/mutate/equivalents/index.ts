import type { Mutant } from '../mutants.ts';
import { CHECKER } from './checker.ts';
import type { Equivalent } from './equivalent.ts';
import { NOTEBOOK } from './notebook.ts';
import { NUMERIC } from './numeric.ts';
import { OTHERS } from './others.ts';
import { RULES } from './rules.ts';
import { TFJS } from './tfjs.ts';

export const EQUIVALENT: readonly Equivalent[] = [
  ...CHECKER,
  ...NOTEBOOK,
  ...NUMERIC,
  ...OTHERS,
  ...RULES,
  ...TFJS,
];

/** The reason why a mutant is equivalent, or null. */
export function equivalenceOf({ file, kind, before }: Mutant, line: string): string | null {
  const found = EQUIVALENT.find(
    (known) =>
      known.file === file &&
      known.kinds.includes(kind) &&
      line.includes(known.at) &&
      (known.before === undefined || known.before === before),
  );
  return found?.reason ?? null;
}
