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
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: 'const TERMS',
    kind: 'arithmetic',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: 'const HALF',
    kind: 'arithmetic',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: 'return Math.min(sizeOf',
    kind: 'method',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: '<= TERMS',
    kind: 'never',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: '<= TERMS',
    kind: 'comparison',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/linear.ts',
    at: 'const HALF',
    kind: 'arithmetic',
    reason: 'a sum that is split although it need not be, or elsewhere, is the same sum',
  },
  {
    file: 'src/gradcheck/exact/rules/composite.ts',
    at: 'const reach = Math.min(radius, channels - 1)',
    kind: 'number',
    reason: 'channels beyond the last one add 0',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'if (known !== undefined) return known;',
    kind: 'never',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'this.#known.set(x, made)',
    kind: 'statement left out',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'this.#powers.set(key, made)',
    kind: 'statement left out',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'meanings',
    kind: 'statement left out',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kind: 'always',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kind: 'never',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kind: 'comparison',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kind: 'number',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kind: 'arithmetic',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: '< MANTISSA',
    kind: 'comparison',
    reason: 'the mantissa is odd, the bound even',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'MOST_KNOWN',
    kind: 'number',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'MOST_KNOWN',
    kind: 'never',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'MOST_KNOWN',
    kind: 'always',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'MOST_KNOWN',
    kind: 'comparison',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'known.set(field.modulus, made)',
    kind: 'statement left out',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'if (found !== undefined) return found;',
    kind: 'never',
    reason: 'what is kept is only found sooner',
  },
  {
    file: 'src/gradcheck/exact/dual.ts',
    at: '* 7919 +',
    kind: 'number',
    reason: 'a few units in the last place, different ones for each sample, in either direction',
  },
  {
    file: 'src/gradcheck/exact/dual.ts',
    at: '* 7919 +',
    kind: 'arithmetic',
    reason: 'a few units in the last place, different ones for each sample, in either direction',
  },
  {
    file: 'src/gradcheck/exact/entry.ts',
    at: '.fill(7)',
    kind: 'number',
    reason: 'the hash of nothing may be any number',
  },
  {
    file: 'src/gradcheck/exact/sides.ts',
    at: 'const EXPONENTS =',
    kind: 'number',
    reason: 'any other seed than that of the values',
  },
  {
    file: 'src/notebook/engines/reference.ts',
    at: 'logit: 0,',
    kind: 'number',
    reason: 'it is written before it is read',
  },
  {
    file: 'src/notebook/engines/reference.ts',
    at: 'prediction: 0,',
    kind: 'number',
    reason: 'it is written before it is read',
  },
  {
    file: 'src/notebook/engines/reference.ts',
    at: 'dBias: 0,',
    kind: 'number',
    reason: 'it is written before it is read',
  },
  {
    file: 'src/notebook/engines/plantedMistakes.ts',
    at: 'i < gradient.length',
    kind: 'comparison',
    reason: 'a typed array takes nothing beyond its end',
  },
  {
    file: 'src/notebook/engines/loop.ts',
    at: 'let milliseconds = 0',
    kind: 'number',
    reason: 'a clock is never so exact',
  },
  {
    file: 'src/gradcheck/numeric/compare.ts',
    at: 'Math.abs(sides.yours ?? 0)',
    kind: 'fallback left out',
    reason: 'Math.abs(null) is 0',
  },
  {
    file: 'src/gradcheck/spec/outputs.ts',
    at: 'if (tensors.length === 1) return',
    kind: 'never',
    reason: 'one output is the list of all outputs',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kind: 'number',
    reason: 'numbers from 0 to length - 1 are returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kind: 'comparison',
    reason: '0 is returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: 'if (back >= length) back',
    kind: 'comparison',
    reason: 'length itself is held at length - 1, and so is its mirror image',
  },
  {
    file: 'src/gradcheck/exact/algebra.ts',
    at: 'lost: lost || sign !== null',
    kind: 'comparison',
    reason: 'an exponential reads only the number and the sign',
  },
  {
    file: 'src/gradcheck/exact/algebra.ts',
    at: 'lost: lost || sign !== null',
    kind: 'logic',
    reason: 'an exponential reads only the number and the sign',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '(seed * of + number) * 31 + k',
    kind: 'number',
    reason: 'any other points nearby',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '?? Number.NaN;',
    kind: 'fallback left out',
    reason: 'a difference to what is undefined is no number either',
  },
  {
    file: 'src/gradcheck/exact/rules/choose.ts',
    at: 'rank < order.length',
    kind: 'comparison',
    reason: 'a typed array takes nothing beyond its end',
  },
  {
    file: 'src/gradcheck/exact/lane.ts',
    at: 'p > 7',
    kind: 'comparison',
    reason: '7 is not 15 modulo 16',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'const slotOf',
    kind: 'number',
    reason: 'numbers may have any place in the table at first',
  },
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
