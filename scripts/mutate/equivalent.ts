import type { Mutant } from './mutants.ts';

/** A mutant that changes nothing that anybody can see, and the reason; `at` is a part of its line. */
export interface Equivalent {
  readonly file: string;
  readonly at: string;
  readonly kind: string;
  /** The text that is replaced, where others of the line are of the same kind. */
  readonly before?: string;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'src/results/file.ts',
    at: '{ flush: true }',
    kind: 'boolean',
    reason: 'only a power cut shows whether a file was on the disk before it took its name',
  },
  {
    file: 'src/gradcheck/numeric/compare.ts',
    at: 'Math.abs(yours ?? 0), Math.abs(autodiff ?? 0)',
    kind: 'fallback left out',
    reason: 'Math.abs(null) is 0',
  },
  {
    file: 'src/notebook/engines/history.ts',
    at: 'LOGIT_BINS.width',
    kind: 'arithmetic',
    before: '/',
    reason: 'the width is 1: a product with it is a quotient by it',
  },
  {
    file: 'src/notebook/compare/scatter.ts',
    at: 'this.#nearest.length < NEAREST',
    kind: 'comparison',
    reason: 'one more is put in and, as the lowest, taken out again',
  },
  {
    file: 'src/gradcheck/diagnose/replay.ts',
    at: 'let chosen = 0',
    kind: 'number',
    reason: '0 chooses no axis: as many as are summed only where these are the same',
  },
  {
    file: 'src/gradcheck/diagnose/layout.ts',
    at: 'indices[0]![axis]!',
    kind: 'number',
    reason: 'all are compared with one of them, whichever',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: '<= FACTOR_TOLERANCE * Math.abs(x)',
    kind: 'comparison',
    reason: 'no two doubles so near differ by just that part of one',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: 'return Math.abs(factor) > 1',
    kind: 'comparison',
    reason: 'the factor is a size above 1, or 1 over it',
  },
  {
    file: 'src/gradcheck/diagnose/suspects.ts',
    at: 'uniformNumbers(1)',
    kind: 'number',
    reason: 'a direction from any seed will do',
  },
  {
    file: 'src/notebook/data/bzip2.ts',
    at: 'work.length !== level * 100_000',
    kind: 'always',
    reason: 'another work area of the same length holds the same',
  },
  {
    file: 'src/notebook/data/bzip2.ts',
    at: 'bits.left > Math.max(1, level) * BLOCK_BYTES',
    kind: 'comparison',
    reason: 'no block is as long: one byte more or less is read ahead',
  },
  ...['let firstLoss = 0', 'let lastLoss = 0'].map((at) => ({
    file: 'src/notebook/sweep/runner.ts',
    at,
    kind: 'number',
    reason: 'a run has at least one epoch, which sets it',
  })),
  ...['src/audit/faults/wrong.ts', 'src/audit/faults/refused.ts'].map((file) => ({
    file,
    at: 'sometimes: true',
    kind: 'boolean',
    reason: 'the type has no false: it is there or not',
  })),
];

/** The reason why a mutant is equivalent, or null. */
export function equivalenceOf({ file, kind, before }: Mutant, line: string): string | null {
  const found = EQUIVALENT.find(
    (known) =>
      known.file === file &&
      known.kind === kind &&
      line.includes(known.at) &&
      (known.before === undefined || known.before === before),
  );
  return found?.reason ?? null;
}
