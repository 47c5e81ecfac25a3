import { uniformNumbers } from '../../numerics/random.ts';
import { sizeOf } from '../../numerics/shape.ts';
import type { CaseValues } from '../values.ts';

/** Where the values of an input lie. */
export type Domain = readonly [low: number, high: number];

const ANY: Domain = [-2, 2];
/** Elements of one input at most: gradients that are wrong are wrong in small tensors. */
const MOST_ELEMENTS = 48;
/** The options that one random number chooses from, so that a list of choices is read as it was written. */
const SEEDS = 2 ** 16;

/**
 * The choices that a case is made by, one after the other. Each is a whole number whose 0 is the plainest, so that a
 * list of smaller numbers is a smaller case.
 */
export class Choices {
  /** As they were taken, to make the same case again. */
  readonly taken: number[] = [];
  readonly #next: (below: number) => number;
  #inputs = 0;

  private constructor(next: (below: number) => number) {
    this.#next = next;
  }

  /** Choices of a random generator. */
  static random(seed: number): Choices {
    const random = uniformNumbers(seed);
    return new Choices((below) => Math.floor(random() * below));
  }

  /** Choices from a list; 0 beyond its end. */
  static from(list: readonly number[]): Choices {
    let place = 0;
    return new Choices((below) => Math.min(list[place++] ?? 0, below - 1));
  }

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    const choice = this.#next(n);
    this.taken.push(choice);
    return choice;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** One of a list, the plainest first. */
  pick<const Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  flag(): boolean {
    return this.below(2) === 1;
  }

  /** A shape whose rank and lengths lie between bounds, of no more elements than `most`. */
  shape(lowest: number, highest: number, longest = 4, most = MOST_ELEMENTS): number[] {
    const shape: number[] = [];
    let room = most;
    for (let rank = this.between(lowest, highest); shape.length < rank; ) {
      const length = this.between(1, Math.max(1, Math.min(longest, room)));
      room = Math.floor(room / length);
      shape.push(length);
    }
    return shape;
  }

  /** An axis of a rank, counted from the front or from the back. */
  axis(rank: number): number {
    const axis = this.below(rank);
    return this.flag() ? axis - rank : axis;
  }

  /** Values of an input: counted ones, which read well; random ones; and some that repeat, which makes ties. */
  values(shape: readonly number[], domain: Domain = ANY): CaseValues {
    const [low, high] = domain;
    const recipe = this.pick(['counted', 'random', 'random', 'random', 'random', 'random', 'few'] as const);
    const random = recipe === 'counted' ? null : uniformNumbers(this.below(SEEDS));
    const phase = 3 * this.#inputs++;
    const drawn = (): number => rounded(low + (high - low) * random!());
    const few = recipe === 'few' ? [drawn(), drawn(), drawn()] : [];
    const valueAt = (at: number): number => {
      if (recipe === 'random') return drawn();
      if (recipe === 'few') return few[Math.floor(random!() * few.length)]!;
      // Golden steps: far apart, in no order.
      const step = (0.618 * (at + 1 + phase)) % 1;
      return rounded(low + (high - low) * step);
    };
    const values = Array.from({ length: sizeOf(shape) }, (_, at) => Math.fround(valueAt(at)));
    return { shape, values, dtype: 'float32' };
  }

  /** Whole numbers from `low` to `high`, each by a choice of its own. */
  integers(shape: readonly number[], low: number, high: number): CaseValues {
    const values = Array.from({ length: sizeOf(shape) }, () => this.between(low, high));
    return { shape, values, dtype: 'int32' };
  }

  booleans(shape: readonly number[]): CaseValues {
    const values = Array.from({ length: sizeOf(shape) }, () => this.below(2));
    return { shape, values, dtype: 'bool' };
  }
}

/** To two digits behind the point: it reads well, and is far from float32's last place. */
const rounded = (x: number): number => Math.round(100 * x) / 100;

const MOST_TRIES = 200;
/** No choice is out of more than that, but for seeds. */
const MOST_CHOICES = 64;

/**
 * Smaller choices that still fail: numbers are set to 0, halved, lowered by one, until none can be any more.
 *
 * @param fails whether a list of choices shows the same fault
 */
export async function shrunk(
  choices: readonly number[],
  fails: (choices: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let best = choices;
  let tries = 0;
  const better = async (candidate: readonly number[]): Promise<boolean> => {
    if (tries++ >= MOST_TRIES || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let smaller = true; smaller && tries < MOST_TRIES; ) {
    smaller = false;
    for (let length = best.length; length >= 1; length = length >> 1)
      if (best.slice(length).some((each) => each > 0) && (await better(best.slice(0, length))))
        smaller = true;
    for (let at = 0; at < best.length; at++) {
      const number = best[at]!;
      // The large ones are seeds of random values, of which none is smaller than another.
      const steps = number > MOST_CHOICES ? [0, 1] : [0, number >> 1, number - 1];
      const lower = [...new Set(steps)].filter((each) => each < number && each >= 0);
      for (const each of lower) {
        if (!(await better(best.with(at, each)))) continue;
        smaller = true;
        break;
      }
    }
  }
  return best;
}
