import { uniformNumbers } from '../../numerics/random.ts';
import { sizeOf } from '../../numerics/shape.ts';
import type { CaseValues } from '../values.ts';

/** The range of an input's values. */
export type Domain = readonly [low: number, high: number];

const ANY: Domain = [-2, 2];
/** The largest number of elements of an input: a wrong gradient is also wrong for small tensors. */
const MOST_ELEMENTS = 48;
/** The number of seeds to choose from, limited so that a list of choices can be read back unchanged. */
const SEEDS = 2 ** 16;

/**
 * The choices that make up a case, in order. Each is an integer whose 0 is the simplest choice, so that a list of
 * smaller numbers makes a smaller case.
 */
export class Choices {
  /** The choices so far, to make the same case again. */
  readonly taken: number[] = [];
  readonly #next: (below: number) => number;
  #inputs = 0;

  private constructor(next: (below: number) => number) {
    this.#next = next;
  }

  /** Random choices from a seed. */
  static random(seed: number): Choices {
    const random = uniformNumbers(seed);
    return new Choices((below) => Math.floor(random() * below));
  }

  /** Choices from a list; 0 past its end. */
  static from(list: readonly number[]): Choices {
    let place = 0;
    return new Choices((below) => Math.min(list[place++] ?? 0, below - 1));
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    const choice = this.#next(n);
    this.taken.push(choice);
    return choice;
  }

  /** An integer, both bounds included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** One item of a list, which begins with the simplest. */
  pick<const Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  flag(): boolean {
    return this.below(2) === 1;
  }

  /** A shape whose rank and lengths lie between bounds, with at most `most` elements. */
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

  /** An axis of a tensor of this rank, counted from the front or from the back. */
  axis(rank: number): number {
    const axis = this.below(rank);
    return this.flag() ? axis - rank : axis;
  }

  /** The values of an input: counted up, which is easy to read; random; or repeating, which makes ties. */
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
      // Steps by the golden ratio: far apart and unordered.
      const step = (0.618 * (at + 1 + phase)) % 1;
      return rounded(low + (high - low) * step);
    };
    const values = Array.from({ length: sizeOf(shape) }, (_, at) => Math.fround(valueAt(at)));
    return { shape, values, dtype: 'float32' };
  }

  /** Integers from `low` to `high`, each chosen separately. */
  integers(shape: readonly number[], low: number, high: number): CaseValues {
    const values = Array.from({ length: sizeOf(shape) }, () => this.between(low, high));
    return { shape, values, dtype: 'int32' };
  }

  booleans(shape: readonly number[]): CaseValues {
    const values = Array.from({ length: sizeOf(shape) }, () => this.below(2));
    return { shape, values, dtype: 'bool' };
  }
}

/** Rounds to two decimals: easy to read, and far from float32's last digit. */
const rounded = (x: number): number => Math.round(100 * x) / 100;

const MOST_TRIES = 200;
/** No choice is from more options than this, except seeds. */
const MOST_CHOICES = 64;

/**
 * Shrinks choices that fail: numbers are set to 0, halved or decremented, until no smaller list still fails.
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
      if (best.slice(length).some((each) => each > 0)) await better(best.slice(0, length));
    for (let at = 0; at < best.length; at++) {
      const number = best[at]!;
      // Larger numbers are seeds of random values, none of which is simpler than another.
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
