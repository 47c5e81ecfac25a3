import { uniformNumbers } from '../../numerics/random.ts';
import { ZeroDivisor } from './field.ts';
import { Lane, RootOfRoot, safePrimes } from './lane.ts';
import type { Outcome, Output, Setting } from './sides.ts';
import { CannotProve, NeedExponents, NeedUnity, NotFree, type WorldOptions } from './world.ts';

/**
 * Numbers made in failed draws (a second or more) after which a lane is given up early. Not measured by a clock, so
 * that the result depends only on the seed.
 */
const MOST_NUMBERS = 2 ** 25;
const LARGEST_PRIME = 2 ** 20;

let knownPrimes: readonly number[] | null = null;
/** The safe primes between 2^19 and 2^20, from which lanes are drawn. */
export function defaultPrimes(): readonly number[] {
  knownPrimes ??= [...safePrimes(LARGEST_PRIME)].filter((p) => p > LARGEST_PRIME / 2);
  return knownPrimes;
}

/** The result of a completed attempt. */
export interface Run {
  readonly setting: Setting;
  readonly output: Output;
  readonly autodiff: Outcome;
  readonly yours: Outcome | null;
}

type Lanes = readonly Lane[];

/** Runs a function on random numbers. Only a lane that divides by zero or lacks a root is drawn again. */
export class Attempts {
  readonly #lanes: Lane[];
  readonly #draw: () => Lane;
  readonly #setting: (lanes: Lanes, options: WorldOptions) => Setting;
  #exponents = false;
  #freeRoots = false;
  #primes: readonly number[];
  /** The primes not used yet. */
  #left: number[];

  constructor(
    count: number,
    primes: readonly number[],
    seed: number,
    setting: (lanes: Lanes, options: WorldOptions) => Setting,
  ) {
    if (!Number.isSafeInteger(count) || count < 1 || count > primes.length)
      throw new RangeError(`lanes: expected a whole number from 1 to ${primes.length}, got ${count}`);
    const random = uniformNumbers(seed);
    this.#primes = primes;
    this.#left = [...primes];
    this.#draw = () => {
      if (this.#left.length === 0) this.#left = [...this.#primes];
      const [prime] = this.#left.splice(Math.floor(random() * this.#left.length), 1);
      return new Lane(prime!, Math.floor(random() * 2 ** 32));
    };
    this.#lanes = Array.from({ length: count }, this.#draw);
    this.#setting = setting;
  }

  /**
   * @param once one run
   * @param squares draws again until every radicand is a square
   * @returns null if the branches cannot be free
   */
  run<Result>(once: (setting: Setting) => Result, free: boolean, squares = false): Result | null {
    let [redrawn, numbers] = [0, 0];
    for (;;) {
      const [exponents, freeRoots] = [this.#exponents, this.#freeRoots];
      const setting = this.#setting([...this.#lanes], { exponents, freeRoots, free, squares });
      try {
        return once(setting);
      } catch (error) {
        if (error instanceof NotFree) return null;
        if (error instanceof NeedExponents && !this.#exponents) this.#exponents = true;
        else if (error instanceof NeedUnity) this.#restrict(error.order);
        else if (error instanceof ZeroDivisor) {
          numbers += setting.world.made;
          const late = numbers > MOST_NUMBERS;
          const enough = ++redrawn > error.draws * this.#lanes.length || (late && redrawn > error.draws);
          if (enough && error instanceof RootOfRoot) this.#freeRoots = true;
          else if (enough)
            throw new CannotProve(`${error.message}, ${redrawn} draws of ${this.#lanes.length} lanes`);
          else this.#lanes[error.lane ?? 0] = this.#draw();
        } else throw error;
      }
    }
  }

  /** Keeps primes with p + 1 divisible by `order`: the unit circle of GF(p)[i] is a cyclic group of order p + 1. */
  #restrict(order: number): void {
    const has = (p: number): boolean => (p + 1) % order === 0;
    this.#primes = this.#primes.filter(has);
    this.#left = this.#left.filter(has);
    if (this.#primes.length < this.#lanes.length)
      throw new CannotProve(
        `a Fourier transform of length ${order}: ${this.#primes.length} primes have its roots of unity, ${this.#lanes.length} lanes need one each`,
      );
    for (const [k, { p }] of this.#lanes.entries())
      if ((p.modulus + 1) % order !== 0) this.#lanes[k] = this.#draw();
  }
}

/** Runs forward, autodiff and backward on one setting. */
export function runSides(setting: Setting): Run {
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
