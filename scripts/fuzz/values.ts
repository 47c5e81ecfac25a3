import { uniformNumbers } from '../../src/numerics/random.ts';

/** The kind of numbers at which a function is tested. */
export type Profile = 'plain' | 'ties' | 'scales' | 'mixed';

/** The domain of an op; both ends may be infinite. */
export interface Domain {
  readonly low: number;
  readonly high: number;
}

export const ANY: Domain = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
export const POSITIVE: Domain = { low: 0.1, high: Number.POSITIVE_INFINITY };
export const UNIT: Domain = { low: -0.95, high: 0.95 };
export const within = (low: number, high: number): Domain => ({ low, high });

/** Makes a source of numbers from random numbers and the function's power of ten. */
type Recipe = (random: () => number, exponent: number) => () => number;

const short = (x: number): number => Number(x.toPrecision(4));
const pickOf = (random: () => number, list: readonly number[]): number =>
  list[Math.floor(random() * list.length)]!;
const plain = (random: () => number): number => short(4 * random() - 2);
/** Values of both signs away from 0, to be scaled. */
const signed = (random: () => number): number => (random() < 0.5 ? -1 : 1) * (0.3 + 1.7 * random());

const PLAIN: Recipe = (random) => () => plain(random);
const INTEGERS: Recipe = (random) => () => Math.floor(7 * random()) - 3;
const ZEROS: Recipe = (random) => () => (random() < 0.5 ? 0 : plain(random));
const TIES: Recipe = (random) => {
  const few = [plain(random), plain(random), 1];
  return () => pickOf(random, few);
};
const SATURATED: Recipe = (random) => () => short(signed(random) * 20);
/** Usually one scale for all inputs: otherwise the small ones are lost in the rounding of the large ones. */
const SCALED: Recipe = (random, common) => {
  const exponent = random() < 0.9 ? common : Math.floor(61 * random()) - 30;
  return () => short(signed(random) * 10 ** exponent);
};
const TINY: Recipe = (random) => () => short(signed(random) * 1e-12);
const MAGNITUDES: Recipe = (random) => () => short(signed(random) * 10 ** (Math.floor(17 * random()) - 8));

const RECIPES: Readonly<Record<Profile, readonly Recipe[]>> = {
  plain: [PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, INTEGERS, TIES],
  ties: [TIES, INTEGERS, ZEROS],
  scales: [SCALED, SCALED, SCALED, SCALED, SCALED, SCALED, SATURATED, TINY, MAGNITUDES],
  mixed: [PLAIN, PLAIN, INTEGERS, TIES, ZEROS, PLAIN, SATURATED, MAGNITUDES],
};

/** Numbers inside a domain, by a recipe of the profile; recipe 0 is the simplest. */
export function numbers(
  size: number,
  domain: Domain,
  profile: Profile,
  recipe: number,
  seed: number,
  exponent: number,
): number[] {
  const random = uniformNumbers(seed);
  const list = RECIPES[profile];
  const next = list[recipe % list.length]!(random, exponent);
  return Array.from({ length: size }, () => into(domain, next(), random));
}

/** The number if it is in the domain, else one mapped into it. */
function into({ low, high }: Domain, x: number, random: () => number): number {
  if (x >= low && x <= high) return x;
  if (-x >= low && -x <= high) return -x;
  const top = Number.isFinite(high) ? high : low + 3;
  const bottom = Number.isFinite(low) ? low : high - 3;
  return short(bottom + (top - bottom) * (0.02 + 0.96 * random()));
}

export const liesIn = ({ low, high }: Domain, values: ArrayLike<number>): boolean =>
  Array.prototype.every.call(values, (x: number) => x >= low && x <= high);
