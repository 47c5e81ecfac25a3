import { uniformNumbers } from '../../numerics/random.ts';
import { multiIndex } from '../spec/readInput.ts';
import { precisionOf } from '../spec/subject.ts';
import type { Side, TF } from '../types.ts';
import { Duals, wrongInDoubles } from './dual.ts';
import type { Taint } from './entry.ts';
import { type Vec, ZeroDivisor } from './field.ts';
import { Lane, safePrimes } from './lane.ts';
import { compared, comparedInDoubles, type Element, type Located, searched } from './locate.ts';
import {
  differs,
  type ExactSubject,
  type Gradients,
  type Outcome,
  type Output,
  Setting,
  taintOf,
} from './sides.ts';
import { CannotProve, degreeOf, NeedExponents, NotFree, type WorldOptions } from './world.ts';

export type Verdict = 'proved' | 'refuted' | 'not proved' | 'cannot prove';

export interface ExactOptions {
  /** Independent draws over primes of their own; each divides the chance of a false `proved` (default 3). */
  readonly lanes?: number;
  readonly seed?: number;
  /** Whether branches are tried as free variables first (default yes). */
  readonly free?: boolean;
  /** The primes to draw lanes from (default: the safe primes between 2^19 and 2^20). */
  readonly primes?: readonly number[];
}

export interface SideResult {
  readonly verdict: Verdict;
  /** Why it is neither proved nor refuted; null otherwise. */
  readonly cause: string | null;
}

/** An element that the gradient has wrong, in double precision. */
export interface WrongElement {
  readonly input: string;
  readonly index: readonly number[];
  readonly yours: number | null;
  readonly autodiff: number | null;
  /** By dual numbers; null where they cannot be computed. */
  readonly numeric: number | null;
}

export interface ExactResult extends SideResult {
  /** The checked side is the hand-written backward, where there is one, otherwise autodiff. */
  readonly checked: Side;
  readonly sides: Readonly<Partial<Record<Side, SideResult>>>;
  /**
   * Bound of the chance that a wrong gradient is called proved, for primes that divide no coefficient of the error;
   * null where none is proven.
   */
  readonly bound: number | null;
  readonly lanes: number;
  /** Degree of the identity in the inputs, of which the bound is made; null without an identity. */
  readonly degree: number | null;
  /** Of which branches it is said: none met, all patterns at once, or the pattern of the point. */
  readonly branches: 'none' | 'all' | 'point';
  /** Elements exactly at a kink or a tie: there the branch is TensorFlow.js's convention. */
  readonly kinks: number;
  readonly elements: readonly WrongElement[];
  /** How many elements are wrong by input; null where only some were searched for. */
  readonly wrong: Readonly<Record<string, number>> | null;
  readonly milliseconds: number;
}

/** How long to draw lanes anew before one is given up early, in milliseconds. */
const MOST_REDRAWING = 2000;
const MOST_DEGREE = 4096;
const LARGEST_PRIME = 2 ** 20;

let knownPrimes: readonly number[] | null = null;
function defaultPrimes(): readonly number[] {
  knownPrimes ??= [...safePrimes(LARGEST_PRIME)].filter((p) => p > LARGEST_PRIME / 2);
  return knownPrimes;
}

/** One attempt that came to an end. */
interface Run {
  readonly setting: Setting;
  readonly output: Output;
  readonly autodiff: Outcome;
  readonly yours: Outcome | null;
}

/**
 * Decides over finite fields whether <dy, J v> is the sum of <gradient(dy), v>: with random numbers for inputs,
 * directions and dy, one evaluation checks all elements at once, for errors of any size. What is proved is the algebra,
 * not the rounding.
 *
 * @throws RangeError where `tf` does not compute in double precision
 */
export function exactCheck(tf: TF, subject: ExactSubject, options: ExactOptions = {}): ExactResult {
  const started = performance.now();
  const { lanes = 3, seed = 1, free = true, primes = defaultPrimes() } = options;
  if (precisionOf(tf) !== 'float64')
    throw new RangeError(
      'tf: expected TensorFlow.js in double precision, got single; import backproof/float64',
    );
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
    const onAll = free ? attempts.run(true) : null;
    const proofs = onAll && judge(onAll, dyShape, seed, false);
    if (proofs !== null && Object.values(proofs).every(({ verdict }) => verdict === 'proved'))
      return finish({ ...proofs[checked]!, ...facts(onAll!, true), ...NO_ELEMENTS, sides: proofs });
    const run = attempts.run(false)!;
    const sides = judge(run, dyShape, seed, true);
    if (proofs?.[checked]?.verdict === 'proved')
      return finish({
        ...proofs[checked],
        ...facts(onAll!, true),
        ...NO_ELEMENTS,
        sides: { ...sides, [checked]: proofs[checked] },
      });
    let located = sides[checked]!.verdict === 'refuted' ? locate(run, sides, seed) : null;
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

const CONVENTION: SideResult = {
  verdict: 'not proved',
  cause: 'exactly at a kink, where the derivative is not the one that TensorFlow.js takes',
};

/**
 * Whether a gradient is wrong only where the derivative depends on the side that a kink or a tie is taken on: at a
 * single one between the derivatives of the sides, at several anywhere.
 */
function onConvention({ setting, yours, autodiff }: Run, { elements }: Located, seed: number): boolean {
  const { world, subject, dyShape, dyReal } = setting;
  const f = subject.gradientOf ?? subject.forward;
  const turned = (['first', 'last'] as const).map(
    (ties) => new Setting(world.tf, subject, world.lanes, { ...world.options, turned: ties }, dyShape, seed),
  );
  const derivatives = (each: Setting, { name, flat }: Element): Vec[] =>
    each.sides(each.forward(f, each.within(name, flat, flat + 1)));
  const isOpen = (element: Element): boolean => {
    const own = derivatives(setting, element);
    return turned.some((each) =>
      derivatives(each, element).some((side, lane) => differs(side, own[lane]!, 0)),
    );
  };
  const isBetween = ({ name, flat }: Element): boolean => {
    const sides = ([undefined, 'first', 'last'] as const).map((ties) =>
      new Duals(world.tf, subject, dyShape, seed, ties).element(name, flat, dyReal),
    );
    const outcome = yours ?? autodiff;
    const value = 'gradients' in outcome ? outcome.gradients.get(name)!.real[flat]! : Number.NaN;
    const slack = 1e-9 * Math.max(...sides.map(Math.abs));
    return value >= Math.min(...sides) - slack && value <= Math.max(...sides) + slack;
  };
  const { kinks } = setting;
  return (
    elements.length > 0 && elements.every((element) => isOpen(element) && (kinks > 1 || isBetween(element)))
  );
}

const NO_ELEMENTS = { elements: [], wrong: null } as const;
const NOTHING = {
  ...NO_ELEMENTS,
  sides: {},
  bound: null,
  degree: null,
  branches: 'none',
  kinks: 0,
} as const;

type Lanes = readonly Lane[];

/** Runs the sides; a lane that divides by zero, or misses a root, is drawn again, the others stay. */
class Attempts {
  readonly #lanes: Lane[];
  readonly #draw: () => Lane;
  readonly #setting: (lanes: Lanes, options: WorldOptions) => Setting;
  #exponents = false;
  #redrawn = 0;

  constructor(
    count: number,
    primes: readonly number[],
    seed: number,
    setting: (lanes: Lanes, options: WorldOptions) => Setting,
  ) {
    if (!Number.isSafeInteger(count) || count < 1 || count > primes.length)
      throw new RangeError(`lanes: expected a whole number from 1 to ${primes.length}, got ${count}`);
    const random = uniformNumbers(seed);
    let left = [...primes];
    this.#draw = () => {
      if (left.length === 0) left = [...primes];
      const [prime] = left.splice(Math.floor(random() * left.length), 1);
      return new Lane(prime!, Math.floor(random() * 2 ** 32));
    };
    this.#lanes = Array.from({ length: count }, this.#draw);
    this.#setting = setting;
  }

  /** @returns null where the branches cannot be free */
  run(free: boolean): Run | null {
    const started = performance.now();
    for (;;)
      try {
        return this.#once(free);
      } catch (error) {
        if (error instanceof NotFree) return null;
        if (error instanceof NeedExponents && !this.#exponents) this.#exponents = true;
        else if (error instanceof ZeroDivisor) {
          const late = performance.now() - started > MOST_REDRAWING;
          if (++this.#redrawn > error.draws * this.#lanes.length || (late && this.#redrawn > error.draws))
            throw new CannotProve(`${error.message}, ${this.#redrawn} draws of ${this.#lanes.length} lanes`);
          this.#lanes[error.lane ?? 0] = this.#draw();
        } else throw error;
      }
  }

  #once(free: boolean): Run {
    const setting = this.#setting([...this.#lanes], { exponents: this.#exponents, free });
    const { forward, backward, gradientOf } = setting.subject;
    const witness = backward === undefined ? forward : (gradientOf ?? forward);
    const { output, outcome } = setting.autodiff(witness);
    const meant = gradientOf === undefined || witness === gradientOf ? output : setting.forward(gradientOf);
    if (meant.about.constant) throw new CannotProve('the output depends on no input');
    return {
      setting,
      output: meant,
      autodiff: outcome,
      yours: backward === undefined ? null : setting.backward(),
    };
  }
}

/** The verdict on every side. */
function judge(
  { setting, output, autodiff, yours }: Run,
  dyShape: readonly number[],
  seed: number,
  final: boolean,
): Partial<Record<Side, SideResult>> {
  const { subject, world } = setting;
  const { forward, backward, gradientOf } = subject;
  const verdictOf = (outcome: Outcome, again: (setting: Setting) => Outcome): SideResult => {
    if ('cause' in outcome) return { verdict: 'cannot prove', cause: outcome.cause };
    const { gradients } = outcome;
    if (setting.contractions(output, gradients).every(({ left, right }) => !differs(left, right, 0)))
      return { verdict: 'proved', cause: null };
    const taint = taintOf(output, gradients);
    if (!final) return { verdict: 'not proved', cause: 'not for all branches at once' };
    if (taint.size === 0) return { verdict: 'refuted', cause: null };
    if (wrongInDoubles(world.tf, subject, again, dyShape, seed)) return { verdict: 'refuted', cause: null };
    return { verdict: 'not proved', cause: tainted(taint) };
  };
  const witness = backward === undefined ? forward : (gradientOf ?? forward);
  const sides: Partial<Record<Side, SideResult>> = {
    'tf autodiff': verdictOf(autodiff, (other) => other.autodiff(witness).outcome),
  };
  if (yours === null) return sides;
  sides.yours = verdictOf(yours, (other) => other.backward());
  const both = sides.yours.verdict === 'proved' && sides['tf autodiff']!.verdict === 'proved';
  // Two gradients that both hold are the same, but for the chance that the bound is about.
  if (both && 'gradients' in yours && 'gradients' in autodiff)
    if (compared(setting, yours.gradients, autodiff.gradients).elements.length > 0)
      sides.yours = {
        verdict: 'not proved',
        cause: 'both gradients hold in the direction drawn, yet they differ',
      };
  return sides;
}

const tainted = (taint: Taint): string => `the two sides differ, but so they may by ${[...taint].join(', ')}`;

/** The wrong elements of the checked side. */
function locate(
  { setting, output, autodiff, yours }: Run,
  sides: Partial<Record<Side, SideResult>>,
  seed: number,
): Located {
  const outcome = yours ?? autodiff;
  if ('cause' in outcome) return { elements: [], wrong: null };
  const { gradients } = outcome;
  const clean = taintOf(output, gradients).size === 0;
  if (yours !== null && 'gradients' in autodiff) {
    if (sides['tf autodiff']!.verdict === 'proved' && clean)
      return compared(setting, gradients, autodiff.gradients);
    if (sides['tf autodiff']!.verdict !== 'refuted')
      return comparedInDoubles(setting, gradients, autodiff.gradients);
  }
  const { subject, world, dyShape } = setting;
  const f = subject.gradientOf ?? subject.forward;
  if (clean) return searched(setting, f, gradients);
  const inDoubles = new Setting(world.tf, subject, [], { exponents: false, free: false }, dyShape, seed);
  const again = yours === null ? inDoubles.autodiff(subject.forward).outcome : inDoubles.backward();
  return 'cause' in again ? { elements: [], wrong: null } : searched(inDoubles, f, again.gradients);
}

/** Wrong elements with their values in double precision. */
function described(tf: TF, { setting, autodiff, yours }: Run, { elements }: Located): WrongElement[] {
  const { subject, places, dyShape, dyReal } = setting;
  const duals = new Duals(tf, subject, dyShape);
  const real = (outcome: Outcome | null, name: string, flat: number): number | null =>
    outcome !== null && 'gradients' in outcome ? outcome.gradients.get(name)!.real[flat]! : null;
  const numeric = (name: string, flat: number): number | null => {
    try {
      return duals.element(name, flat, dyReal);
    } catch {
      return null;
    }
  };
  return elements.map(({ name, flat }) => ({
    input: name,
    index: multiIndex(places.find((place) => place.name === name)!.shape, flat),
    yours: real(yours, name, flat),
    autodiff: real(autodiff, name, flat),
    numeric: numeric(name, flat),
  }));
}

/** The statement's reach: of which branches, at which kinks, and how sure. */
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
  const exponents = typeof world.exponentials === 'number' ? Math.max(1, world.exponentDegree) : 1;
  const known = degree * exponents < MOST_DEGREE && !world.roots && world.exponentials !== 'unbounded';
  const bound = world.lanes.reduce((chance, { p }) => chance * ((2 * degree * exponents + 2) / p.modulus), 1);
  return {
    bound: known && bound < 1 ? bound : null,
    degree,
    branches: world.branches === 0 ? 'none' : free ? 'all' : 'point',
    kinks: setting.kinks,
  } as const;
}

/** The shape of f's output, by running it. */
function shapeOf(tf: TF, subject: ExactSubject, f: ExactSubject['forward']): readonly number[] {
  let shape: readonly number[] = [];
  tf.tidy(() => {
    const tensors = Object.fromEntries(
      subject.inputs.map(({ name, values, shape, dtype }) => [
        name,
        tf.tensor(Float64Array.from(values) as never, shape as number[], dtype),
      ]),
    );
    const y: unknown = f(tf, tensors);
    if (!(y instanceof tf.Tensor)) throw new Error('expected a tensor, got something else');
    if (y.dtype !== 'float32') throw new Error(`expected a float tensor, got ${y.dtype}`);
    shape = y.shape;
  });
  return shape;
}
