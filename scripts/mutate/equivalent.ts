import type { Mutant } from './mutants.ts';

/** Mutants that change nothing that anybody can see, and the reason; `at` is a part of their line. */
export interface Equivalent {
  readonly file: string;
  readonly at: string;
  readonly kinds: readonly string[];
  /** The text that is replaced, where others of the line are of the same kind. */
  readonly before?: string;
  readonly reason: string;
}

const KEPT = 'a cache: a value that is not in it is computed again';
const SPLIT = 'a sum that is split where it need not be, or elsewhere, is the same sum';
const WRITTEN = 'it is written before it is read';
const BEYOND = 'a typed array ignores what is written beyond its end';
const OF_NULL = 'Math.abs(null) is 0';

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'src/audit/faults/refused.ts',
    at: 'sometimes: true',
    kinds: ['boolean'],
    reason: 'the type has no false: only whether it is there counts',
  },
  {
    file: 'src/audit/faults/wrong.ts',
    at: 'sometimes: true',
    kinds: ['boolean'],
    reason: 'the type has no false: only whether it is there counts',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: '<= FACTOR_TOLERANCE * Math.abs(x)',
    kinds: ['comparison'],
    reason: 'no two doubles that near differ by exactly that share',
  },
  {
    file: 'src/gradcheck/diagnose/factor.ts',
    at: 'return Math.abs(factor) > 1',
    kinds: ['comparison'],
    reason: 'the factor is n or 1/n for an n above 1, so its size is never 1',
  },
  {
    file: 'src/gradcheck/diagnose/layout.ts',
    at: 'indices[0]![axis]!',
    kinds: ['number'],
    reason: 'all are compared with one of them, and any will do',
  },
  {
    file: 'src/gradcheck/diagnose/replay.ts',
    at: 'let chosen = 0',
    kinds: ['number'],
    reason: '0 chooses no axis, which is an answer only where no axis is summed',
  },
  {
    file: 'src/gradcheck/diagnose/suspects.ts',
    at: 'uniformNumbers(1)',
    kinds: ['number'],
    reason: 'a direction from any seed will do',
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'if (known !== undefined) return known;',
    kinds: ['never'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'this.#known.set(x, made)',
    kinds: ['statement left out'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'this.#powers.set(key, made)',
    kinds: ['statement left out'],
    reason: KEPT,
  },
  { file: 'src/gradcheck/exact/constants.ts', at: 'meanings', kinds: ['statement left out'], reason: KEPT },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: 'MOST_MEANINGS',
    kinds: ['always', 'never', 'comparison', 'number', 'arithmetic'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/constants.ts',
    at: '< MANTISSA',
    kinds: ['comparison'],
    reason: 'the mantissa is odd and the bound even, so they are never equal',
  },
  {
    file: 'src/gradcheck/exact/dual.ts',
    at: '* 7919 +',
    kinds: ['number', 'arithmetic'],
    reason: 'moves by a few units in the last place, and any will do that differ between samples',
  },
  {
    file: 'src/gradcheck/exact/dual.ts',
    at: 'seed = 1,',
    kinds: ['number'],
    reason: 'an upstream gradient from any seed will do',
  },
  {
    file: 'src/gradcheck/exact/rules/linear.ts',
    at: 'counts.get(id) ?? 0',
    kinds: ['number'],
    reason: 'the least common multiple of more numbers is a multiple as well',
  },
  {
    file: 'src/gradcheck/exact/entry.ts',
    at: '.fill(7)',
    kinds: ['number'],
    reason: 'the hash of nothing may be any number',
  },
  {
    file: 'src/gradcheck/exact/entry.ts',
    at: 'Math.imul(keys.',
    kinds: ['number'],
    reason: 'a hash may mix its bits by other numbers',
  },
  {
    file: 'src/gradcheck/exact/lane.ts',
    at: '^ textSalt(name) ^',
    kinds: ['number'],
    reason: 'a hash in another field may be any other one',
  },
  {
    file: 'src/gradcheck/exact/rules/branches.ts',
    at: 'bound: world.constant([0])',
    kinds: ['number'],
    reason: 'no element is beyond an infinite bound, so it is multiplied by 0',
  },
  {
    file: 'src/gradcheck/exact/lane.ts',
    at: 'p > 7',
    kinds: ['comparison', 'number'],
    reason: 'p is 15 modulo 16, so it is never from 7 to 14',
  },
  { file: 'src/gradcheck/exact/rules/bilinear.ts', at: 'const TERMS', kinds: ['arithmetic'], reason: SPLIT },
  { file: 'src/gradcheck/exact/rules/bilinear.ts', at: 'const HALF', kinds: ['arithmetic'], reason: SPLIT },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: 'return Math.min(sizeOf',
    kinds: ['method'],
    reason: SPLIT,
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: '<= TERMS',
    kinds: ['never', 'comparison'],
    reason: SPLIT,
  },
  {
    file: 'src/gradcheck/exact/rules/choose.ts',
    at: 'rank < order.length',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  {
    file: 'src/gradcheck/exact/rules/composite.ts',
    at: 'const reach = Math.min(radius, channels - 1)',
    kinds: ['number'],
    reason: 'channels beyond the last one add 0',
  },
  { file: 'src/gradcheck/exact/rules/linear.ts', at: 'const HALF', kinds: ['arithmetic'], reason: SPLIT },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kinds: ['number'],
    reason: 'numbers from 0 to length - 1 are returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kinds: ['comparison'],
    reason: '0 is returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: 'if (back >= length) back',
    kinds: ['comparison'],
    reason: 'length and its mirror image are both held at length - 1',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: 'back < -length ?',
    kinds: ['comparison'],
    reason: 'length and its mirror image are both held at length - 1',
  },
  {
    file: 'src/gradcheck/exact/sides.ts',
    at: 'const EXPONENTS =',
    kinds: ['number'],
    reason: 'any seed that differs from that of the values',
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'MOST_KNOWN',
    kinds: ['number', 'never', 'always', 'comparison'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'known.set(field.modulus, made)',
    kinds: ['statement left out'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'if (found !== undefined) return found;',
    kinds: ['never'],
    reason: KEPT,
  },
  {
    file: 'src/gradcheck/exact/squares.ts',
    at: 'const slotOf',
    kinds: ['number'],
    reason: 'numbers may have any place in the table at first',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '(seed * of + number) * 31 + k',
    kinds: ['number'],
    reason: 'other points nearby will do',
  },
  {
    file: 'src/gradcheck/exactStage.ts',
    at: '?? Number.NaN;',
    kinds: ['fallback left out'],
    reason: 'a difference from undefined is NaN too',
  },
  {
    file: 'src/gradcheck/numeric/elements.ts',
    at: 'const magnitude = Math.max(Math.abs(sides.yours ?? 0)',
    kinds: ['fallback left out'],
    reason: OF_NULL,
  },
  {
    file: 'src/gradcheck/numeric/kernels/pooling.ts',
    at: '(tied && values[i]! < best)',
    kinds: ['comparison'],
    reason: 'an equal number ties as it is',
  },
  {
    file: 'src/gradcheck/numeric/kernels/selection.ts',
    at: 'extremum((candidate, best)',
    kinds: ['comparison'],
    reason: 'of equal numbers each is the best one',
  },
  {
    file: 'src/gradcheck/numeric/kernels/selection.ts',
    at: 'let i = 0; i < positions.length',
    kinds: ['number'],
    reason: 'the position of the first element is 0',
  },
  {
    file: 'src/gradcheck/numeric/compare.ts',
    at: 'Math.abs(yours ?? 0), Math.abs(autodiff ?? 0)',
    kinds: ['fallback left out'],
    reason: OF_NULL,
  },
  {
    file: 'src/gradcheck/numeric/compare.ts',
    at: 'Math.abs(sides.yours ?? 0)',
    kinds: ['fallback left out'],
    reason: OF_NULL,
  },
  {
    file: 'src/gradcheck/spec/dependence.ts',
    at: 'return x + by;',
    kinds: ['arithmetic'],
    reason: 'the moves go in both directions',
  },
  {
    file: 'src/gradcheck/spec/outputs.ts',
    at: 'if (tensors.length === 1) return',
    kinds: ['never'],
    reason: 'one output is the list of all outputs',
  },
  {
    file: 'src/notebook/compare/finiteDifferences.ts',
    at: 'figure(step) >= figure(last)',
    kinds: ['comparison'],
    reason: 'one more of equals is put in and, as the last, taken out again',
  },
  {
    file: 'src/notebook/compare/mistakes.ts',
    at: 'const side = kernel.shape[0]!',
    kinds: ['number'],
    reason: 'the kernel is square',
  },
  {
    file: 'src/notebook/compare/points.ts',
    at: '.map((w) => w / 32)',
    kinds: ['number'],
    reason: 'weights of another size, at which nothing saturates either, will do',
  },
  {
    file: 'src/notebook/compare/scatter.ts',
    at: 'if (!isDue && !isNear && over <= octave.worst.over) return',
    kinds: ['never', 'comparison'],
    reason: 'a point that is not due, near or worse than the worst is put nowhere',
  },
  {
    file: 'src/notebook/compare/scatter.ts',
    at: 'this.#nearest.length < NEAREST',
    kinds: ['comparison'],
    reason: 'one more is put in and, as the lowest, taken out again',
  },
  {
    file: 'src/notebook/data/bzip2.ts',
    at: 'work.length !== level * 100_000',
    kinds: ['always'],
    reason: 'a new work area of the same length does the same',
  },
  {
    file: 'src/notebook/data/bzip2.ts',
    at: 'bits.left > Math.max(1, level) * BLOCK_BYTES',
    kinds: ['comparison'],
    reason: 'no block is that long: a byte more or less is read ahead',
  },
  {
    file: 'src/notebook/engines/fused/accuracy.ts',
    at: 'this.#largestPixel =',
    kinds: ['statement left out'],
    reason: 'without a bound every sample is decided in double precision, with the same result',
  },
  {
    file: 'src/notebook/engines/history.ts',
    at: 'LOGIT_BINS.width',
    kinds: ['arithmetic'],
    before: '/',
    reason: 'the width is 1: a product with it is a quotient by it',
  },
  {
    file: 'src/notebook/engines/plantedMistakes.ts',
    at: 'i < gradient.length',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  {
    file: 'src/notebook/engines/reference.ts',
    at: 'i < weight.length',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  {
    file: 'src/notebook/engines/reference.ts',
    at: 'i < kernel.length',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  { file: 'src/notebook/engines/reference.ts', at: 'logit: 0,', kinds: ['number'], reason: WRITTEN },
  { file: 'src/notebook/engines/reference.ts', at: 'prediction: 0,', kinds: ['number'], reason: WRITTEN },
  { file: 'src/notebook/engines/reference.ts', at: 'dBias: 0,', kinds: ['number'], reason: WRITTEN },
  {
    file: 'src/notebook/sweep/runner.ts',
    at: 'let firstLoss = 0',
    kinds: ['number'],
    reason: 'a run has at least one epoch, which sets it',
  },
  {
    file: 'src/notebook/sweep/runner.ts',
    at: 'let lastLoss = 0',
    kinds: ['number'],
    reason: 'a run has at least one epoch, which sets it',
  },
  {
    file: 'src/results/file.ts',
    at: '{ flush: true }',
    kinds: ['boolean'],
    reason: 'only a power cut shows whether a file was on the disk before it took its name',
  },
  {
    file: 'src/results/train.ts',
    at: '(diagnosis[name] ?? 0) <= epochs',
    kinds: ['fallback left out'],
    reason: 'null is no more than any number of epochs either',
  },
  {
    file: 'src/tfjs/gradients/wrong/tile.ts',
    at: 'if (copies === 1) return gradient',
    kinds: ['never'],
    reason: 'the sum over one copy is that copy',
  },
  {
    file: 'src/tfjs/native/padding.ts',
    at: 'Math.max(...[strides].flat()) > Math.min',
    kinds: ['comparison'],
    reason: 'where both are equal no padding is negative, and the shipped kernel gives the same',
  },
  {
    file: 'src/tfjs/wasm/corrections.ts',
    at: ').flat(2);',
    kinds: ['number'],
    reason: 'nothing is nested deeper',
  },
  {
    file: 'src/tfjs/wasm/fourier.ts',
    at: '(n & (n - 1)) === 0',
    kinds: ['arithmetic'],
    before: '&',
    reason: 'the sums, taken for every length, give the same as the halves',
  },
  {
    file: 'src/tfjs/wasm/fourier.ts',
    at: '(n & (n - 1)) === 0',
    kinds: ['number'],
    reason: 'the sums, taken for every length, give the same as the halves',
  },
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
