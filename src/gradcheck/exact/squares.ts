import type { PrimeField } from './field.ts';

/** Powers are looked up in two short lists: 4^e = 4^(e mod 2^LOW) 4^(2^LOW (e div 2^LOW)). */
const LOW = 10;
/** Number of baby steps in Shanks' logarithm; then at most 128 giant steps are needed for primes below 2^20. */
const BABY_STEPS = 2 ** 12;
const SLOT_BITS = 13;

/** A hash table from a power, or its negative, whichever is below p / 2, to the exponent. */
interface BabySteps {
  readonly count: number;
  /** 4^-count. */
  readonly giant: number;
  /** The keys; 0 marks a free slot. */
  readonly numbers: Int32Array;
  readonly exponents: Int32Array;
}

/** The nonzero squares of a field of p = 2q + 1 elements: a group of prime order q, so that 4 generates it. */
export class Squares {
  readonly #p: PrimeField;
  readonly #q: number;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  #babySteps: BabySteps | null = null;

  constructor(p: PrimeField) {
    this.#p = p;
    this.#q = (p.modulus - 1) / 2;
    this.#low = this.#powersOf(4, 2 ** LOW);
    this.#high = this.#powersOf(p.raise(4, 2 ** LOW), (this.#q >>> LOW) + 1);
  }

  #powersOf(base: number, count: number): Int32Array {
    const powers = new Int32Array(count);
    let power = 1;
    for (let e = 0; e < count; e++) {
      powers[e] = power;
      power = this.#p.times(power, base);
    }
    return powers;
  }

  /** 4^e for e in 0..q-1. */
  power(e: number): number {
    return this.#p.times(this.#low[e & (2 ** LOW - 1)]!, this.#high[e >>> LOW]!);
  }

  /** The e in 0..q-1 with 4^e = x or -x, one of which is a square; x is not 0. */
  exponent(x: number): number {
    this.#babySteps ??= this.#makeBabySteps();
    const { count, giant, numbers, exponents } = this.#babySteps;
    const p = this.#p.modulus;
    let rest = x;
    for (let e = 0; e < this.#q; e += count) {
      const number = rest > p / 2 ? p - rest : rest;
      for (let slot = slotOf(number); numbers[slot] !== 0; slot = next(slot))
        if (numbers[slot] === number) return e + exponents[slot]!;
      rest = this.#p.times(rest, giant);
    }
    throw new RangeError(`exponent: expected a number from 1 below ${p}, got ${x}`);
  }

  #makeBabySteps(): BabySteps {
    const p = this.#p.modulus;
    const count = Math.min(BABY_STEPS, this.#q);
    const numbers = new Int32Array(2 ** SLOT_BITS);
    const exponents = new Int32Array(2 ** SLOT_BITS);
    for (const [e, power] of this.#powersOf(4, count).entries()) {
      const number = power > p / 2 ? p - power : power;
      let slot = slotOf(number);
      while (numbers[slot] !== 0) slot = next(slot);
      numbers[slot] = number;
      exponents[slot] = e;
    }
    return { count, giant: this.#p.raise(4, this.#q - count), numbers, exponents };
  }

  /** Whether x is a square, by Euler's criterion; 0 counts as one. */
  has(x: number): boolean {
    return x === 0 || this.#p.raise(x, this.#q) === 1;
  }

  /** The root, itself a square, of x or of -x, whichever is a square. */
  root(x: number): number {
    const p = this.#p.modulus;
    return this.#p.raise(this.has(x) ? x : p - x, (p + 1) / 4);
  }
}

const slotOf = (number: number): number => Math.imul(number, 0x9e3779b1) >>> (32 - SLOT_BITS);
const next = (slot: number): number => (slot + 1) & (2 ** SLOT_BITS - 1);

const known = new Map<number, Squares>();
/** The largest number of fields to keep; each one with baby steps takes 64 kB. */
const MOST_KNOWN = 24;

/** The squares of a field, cached. */
export function squaresOf(field: PrimeField): Squares {
  const found = known.get(field.modulus);
  if (found !== undefined) return found;
  const made = new Squares(field);
  const [oldest] = known.keys();
  if (known.size >= MOST_KNOWN) known.delete(oldest!);
  known.set(field.modulus, made);
  return made;
}
