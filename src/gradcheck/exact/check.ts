import type { Side, TF } from '../types.ts';
import { Attempts, defaultPrimes, type Run, runSides } from './attempts.ts';
import { CONVENTION, judge, onConvention, type SideResult, type Sides } from './judge.ts';
import { described, locate, type WrongElement } from './locate.ts';
import { type Gradients, requireDoublePrecision, Setting, shapeOf } from './sides.ts';
import type { ExactSubject } from './subject.ts';
import { boundOf, CannotProve, degreeOf, type Pattern } from './world.ts';

export interface ExactOptions {
  /** Number of independent draws, each over another prime; each divides the chance of a false `proved` (default 3). */
  readonly lanes?: number;
  readonly seed?: number;
  /** Whether to try branches as free variables first (default yes). */
  readonly free?: boolean;
  /** The primes to draw lanes from (default: the safe primes between 2^19 and 2^20). */
  readonly primes?: readonly number[];
}

export interface ExactResult extends SideResult {
  /** The checked side: the hand-written backward if there is one, otherwise autodiff. */
  readonly checked: Side;
  readonly sides: Readonly<Sides>;
  /**
   * Bound on the probability that a wrong gradient is called proved, for primes that divide no coefficient of the
   * error; null if no bound is proven.
   */
  readonly bound: number | null;
  readonly lanes: number;
  /** Degree of the identity in the inputs, from which the bound follows; null without an identity. */
  readonly degree: number | null;
  /** The scope of the verdict: no branches, all branch patterns, or only the pattern at the point. */
  readonly branches: 'none' | 'all' | 'point';
  /** The number of elements exactly at a kink or a tie, where the branch is TensorFlow.js's convention. */
  readonly kinks: number;
  /** The sides that every kernel took at the inputs; empty if branches are free or there are none. */
  readonly patterns: readonly Pattern[];
  readonly elements: readonly WrongElement[];
  /** The number of wrong elements by input; null if only some were searched for. */
  readonly wrong: Readonly<Record<string, number>> | null;
  readonly milliseconds: number;
}

/** The largest number of roots, counting repeated ones, for which some draw may have only squares as radicands. */
const MOST_SQUARES = 32;

/**
 * Decides over finite fields whether <dy, J v> equals the sum of <gradient(dy), v>. With random numbers for inputs,
 * directions and dy, one evaluation checks all elements at once, for errors of any size. It proves the algebra, not the
 * rounding.
 *
 * @throws RangeError if `tf` does not compute in double precision
 */
export function exactCheck(tf: TF, subject: ExactSubject, options: ExactOptions = {}): ExactResult {
  const started = performance.now();
  const { lanes = 3, seed = 1, free = true, primes = defaultPrimes() } = options;
  requireDoublePrecision(subject.arithmetic ?? tf);
  const checked: Side = subject.backward === undefined ? 'tf autodiff' : 'yours';
  const finish = (result: Omit<ExactResult, 'checked' | 'lanes' | 'milliseconds'>): ExactResult => ({
    ...result,
    checked,
    lanes,
    milliseconds: performance.now() - started,
  });
  const failed = (cause: string): ExactResult => finish({ ...NOTHING, verdict: 'cannot prove', cause });
  const f = subject.gradientOf ?? subject.forward;
  let dyShape: readonly number[];
  try {
    dyShape = shapeOf(tf, subject, f);
  } catch (error) {
    return failed(`forward: ${(error as Error).message}`);
  }
  const attempts = new Attempts(
    lanes,
    primes,
    seed,
    (drawn, world) => new Setting(tf, subject, drawn, world, dyShape, seed),
  );
  try {
    const onAll = free ? attempts.run(runSides, true) : null;
    const proofs = onAll && judge(onAll, dyShape, seed, false);
    if (proofs !== null && Object.values(proofs).every(({ verdict }) => verdict === 'proved'))
      return finish({ ...proofs[checked]!, ...facts(onAll!, true), ...NO_ELEMENTS, sides: proofs });
    // Without branches the first run is enough.
    const run = onAll?.setting.world.branches === 0 ? onAll : attempts.run(runSides, false)!;
    let sides = judge(run, dyShape, seed, true);
    const { roots } = run.setting.world;
    if (sides[checked]!.verdict === 'not proved' && roots > 0 && roots <= MOST_SQUARES) {
      const positive = onSquares(attempts, dyShape, seed);
      if (positive?.[checked]?.verdict === 'proved') sides = positive;
    }
    if (proofs?.[checked]?.verdict === 'proved')
      return finish({
        ...proofs[checked],
        ...facts(onAll!, true),
        ...NO_ELEMENTS,
        sides: { ...sides, [checked]: proofs[checked] },
      });
    let located =
      sides[checked]!.verdict === 'refuted' ? locate(run, sides['tf autodiff']!.verdict, seed) : null;
    if (located !== null && run.setting.kinks > 0 && onConvention(run, located, seed)) {
      sides[checked] = CONVENTION;
      located = null;
    }
    return finish({
      ...sides[checked]!,
      ...facts(run, false),
      sides,
      elements: located === null ? [] : described(tf, run, located),
      wrong: located?.wrong ?? null,
    });
  } catch (error) {
    if (error instanceof CannotProve) return failed(error.message);
    throw error;
  }
}

/**
 * The verdicts from draws in which all radicands are squares: there sqrt(u) sqrt(v) is sqrt(u v), as for positive
 * numbers.
 */
function onSquares(attempts: Attempts, dyShape: readonly number[], seed: number): Sides | null {
  try {
    return judge(attempts.run(runSides, false, true)!, dyShape, seed, true);
  } catch (error) {
    if (error instanceof CannotProve) return null;
    throw error;
  }
}

const NO_ELEMENTS = { elements: [], wrong: null } as const;
const NOTHING = {
  ...NO_ELEMENTS,
  sides: {},
  bound: null,
  degree: null,
  branches: 'none',
  kinks: 0,
  patterns: [],
} as const;

/** The scope of the verdict: the branches and kinks that it covers, and its bound. */
function facts({ setting, output, autodiff, yours }: Run, free: boolean) {
  const { world } = setting;
  const degrees = world.lanes.length;
  const ofTangent = degreeOf(output.numbers[degrees]!.tangent ?? output.numbers[degrees]!.value);
  const outcome = yours ?? autodiff;
  const gradients: Gradients = 'gradients' in outcome ? outcome.gradients : new Map();
  let degree = 0;
  for (const { entry } of gradients.values()) {
    const { n, d } = degreeOf(entry.numbers[degrees]!.value);
    degree = Math.max(degree, n + ofTangent.d, d + ofTangent.n);
  }
  return {
    bound: boundOf(world, degree),
    degree,
    branches: world.branches === 0 ? 'none' : free ? 'all' : 'point',
    kinks: setting.kinks,
    patterns: free ? [] : setting.patterns,
  } as const;
}
