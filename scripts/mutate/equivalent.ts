import type { Mutant } from './mutants.ts';

/** A mutant that changes nothing that anybody can see, and the reason; `at` is a part of its line. */
export interface Equivalent {
  readonly file: string;
  readonly at: string;
  readonly kind: string;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'src/results/file.ts',
    at: '{ flush: true }',
    kind: 'boolean',
    reason: 'only a power cut shows whether a file was on the disk before it took its name',
  },
];

/** The reason why a mutant is equivalent, or null. */
export function equivalenceOf({ file, kind }: Mutant, line: string): string | null {
  const found = EQUIVALENT.find(
    (known) => known.file === file && known.kind === kind && line.includes(known.at),
  );
  return found?.reason ?? null;
}
