import { uniformNumbers } from '../../numerics/random.ts';
import { PrimeField, type Vec, ZeroDivisor } from './field.ts';
import { type Squares, squaresOf } from './squares.ts';

/** Exponents of the generator modulo q, with the sign of the number whose logarithm they are. */
export interface Exponent {
  readonly q: Float64Array;
  /** 1 for the logarithm of minus a square; null if there is none. */
  readonly sign: Float64Array | null;
  /** Whether a sign was lost on the way, so that exp of this may be off by a factor of -1. */
  readonly lost: boolean;
  /** Whether a random function replaced a missing value modulo q. */
  readonly random: boolean;
}

/** Two 32-bit numbers per element, equal for arguments that are equal in all lanes. */
export interface Keys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Safe primes 2q + 1 that are 15 modulo 16, descending: 2 is a square mod p and mod q, and -1 is not. */
export function* safePrimes(below: number): Generator<number> {
  const composite = new Uint8Array(below);
  for (let n = 2; n * n < below; n++)
    if (composite[n] === 0)
      for (let multiple = n * n; multiple < below; multiple += n) composite[multiple] = 1;
  for (let p = below - (((below % 16) + 16 - 15) % 16); p > 7; p -= 16)
    if (composite[p] === 0 && composite[(p - 1) / 2] === 0) yield p;
}

/** Number of draws for roots of roots: half of them do not exist, so several at once need luck. */
export const ROOT_DRAWS = 64;

/** The largest number of roots of roots that are likely to all exist in some draw. */
const FEW_ROOTS = 5;
const FREE_ROOT = textSalt('root of a root');

/** A number with an imaginary part has no root. Another draw may have it; otherwise the root can be a free variable. */
export class RootOfRoot extends ZeroDivisor {
  constructor(roots: number) {
    super('a root of a root is not in the field', roots <= FEW_ROOTS ? ROOT_DRAWS : 0);
  }
}

function mix(x: number): number {
  let mixed = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Hashes three 32-bit numbers to a number below the modulus. */
export function hashed(high: number, low: number, salt: number, modulus: number): number {
  const first = mix(high ^ mix(salt));
  const second = mix(low ^ mix(first + 0x9e3779b9));
  return (second * 2 ** 20 + (mix(second ^ first) >>> 12)) % modulus;
}

export function textSalt(text: string): number {
  let salt = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) salt = Math.imul(salt ^ text.charCodeAt(k), 0x01000193);
  return salt >>> 0;
}

type Complex = readonly [re: number, im: number];

function primeFactors(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let factor = 2; rest > 1; factor = factor * factor > rest ? rest : factor + 1) {
    if (rest % factor === 0) factors.push(factor);
    while (rest % factor === 0) rest /= factor;
  }
  return factors;
}

/** One draw over one prime: values modulo p = 2q + 1, exponents modulo q, exp and log to a random generator. */
export class Lane {
  readonly p: PrimeField;
  readonly q: PrimeField;
  readonly seed: number;
  readonly salt: number;
  /** exp(x) = 4^(generator * x). */
  readonly #generator: number;
  readonly #back: number;
  readonly #squares: Squares;
  #madeCircle: Complex | null = null;

  constructor(prime: number, seed: number) {
    const random = uniformNumbers(seed);
    this.seed = seed;
    this.p = new PrimeField(prime);
    this.q = new PrimeField((prime - 1) / 2);
    this.#squares = squaresOf(this.p);
    this.salt = Math.floor(random() * 2 ** 32);
    this.#generator = 1 + Math.floor(random() * (this.q.modulus - 1));
    this.#back = this.q.invert(this.#generator);
  }

  exp({ q, sign }: Pick<Exponent, 'q' | 'sign'>): Vec {
    const re = new Float64Array(q.length);
    for (let k = 0; k < re.length; k++) {
      const value = this.#squares.power(this.q.times(q[k]!, this.#generator));
      re[k] = sign?.[k] === 1 ? this.p.modulus - value : value;
    }
    return { re, im: null };
  }

  /** @throws ZeroDivisor for log 0 */
  log(re: Float64Array): Exponent {
    const q = new Float64Array(re.length);
    const sign = new Float64Array(re.length);
    for (let k = 0; k < q.length; k++) {
      if (re[k] === 0) throw new ZeroDivisor('the logarithm of zero in the field');
      const e = this.#squares.exponent(re[k]!);
      q[k] = this.q.times(e, this.#back);
      sign[k] = this.#squares.power(e) === re[k] ? 0 : 1;
    }
    return { q, sign: sign.includes(1) ? sign : null, lost: false, random: false };
  }

  /** A generator of the numbers of norm 1 in GF(p)[i], whose eighth root of unity is sqrt(1/2) (1 + i); made once. */
  get #circle(): Complex {
    this.#madeCircle ??= this.#makeCircle();
    return this.#madeCircle;
  }

  #makeCircle(): Complex {
    const { p } = this;
    const order = p.modulus + 1;
    const factors = primeFactors(order);
    const random = uniformNumbers(this.seed + 1);
    // The root of 1/2 that constants.ts takes, itself a square.
    const half = p.raise(p.invert(2), order / 4);
    for (;;) {
      const t = Math.floor(random() * p.modulus);
      const norm = p.invert(1 + p.times(t, t));
      // The rational points of the circle: ((1 - t^2) + 2t i) / (1 + t^2).
      const point: Complex = [p.times(p.residue(1 - p.times(t, t)), norm), p.times(p.times(2, t), norm)];
      const [c, s] = this.#turn(point, order / 8);
      const generates = factors.every((factor) => this.#turn(point, order / factor)[0] !== 1);
      if (generates && c === half && s === half) return point;
    }
  }

  /** The n-th power of a point of the circle. */
  #turn(point: Complex, n: number): Complex {
    let [c, s]: Complex = [1, 0];
    let [x, y] = point;
    const { p } = this;
    const sum = (a: number, b: number): number => p.residue(a + b);
    for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) [c, s] = [sum(p.times(c, x), -p.times(s, y)), sum(p.times(c, y), p.times(s, x))];
      [x, y] = [sum(p.times(x, x), -p.times(y, y)), p.times(p.times(2, x), y)];
    }
    return [c, s];
  }

  /** Cosines and sines of all multiples of a full turn over n, where n divides p + 1. */
  unity(n: number): { readonly cos: Float64Array; readonly sin: Float64Array } {
    const { p } = this;
    const [x, y] = this.#turn(this.#circle, (p.modulus + 1) / n);
    const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
    cos[0] = 1;
    for (let k = 1; k < n; k++) {
      const [c, s] = [cos[k - 1]!, sin[k - 1]!];
      cos[k] = p.residue(p.times(c, x) - p.times(s, y));
      sin[k] = p.residue(p.times(c, y) + p.times(s, x));
    }
    return { cos, sin };
  }

  /**
   * Square roots; if x is not a square, i times the root of -x.
   *
   * @param free the root of a number with an imaginary part is a random function of it, that is, a free variable
   * @throws RootOfRoot if not free and a number with an imaginary part has no root, as half of them do not
   */
  sqrt({ re, im }: Vec, free = false): Vec {
    const { p } = this;
    const squares = this.#squares;
    const rootRe = new Float64Array(re.length);
    const rootIm = new Float64Array(re.length);
    for (let k = 0; k < re.length; k++) {
      const a = re[k]!;
      const b = im?.[k] ?? 0;
      if (b === 0) {
        if (squares.has(a)) rootRe[k] = squares.root(a);
        else rootIm[k] = squares.root(a);
        continue;
      }
      if (free) {
        rootRe[k] = 1 + hashed(a, b, this.salt ^ FREE_ROOT, p.modulus - 1);
        continue;
      }
      // (x + yi)^2 = a + bi: x^2 = (a ± |a + bi|) / 2, y = b / 2x
      const norm = (p.times(a, a) + p.times(b, b)) % p.modulus;
      if (!squares.has(norm)) throw new RootOfRoot(im!.filter((each) => each !== 0).length);
      const half = p.invert(2);
      const length = squares.root(norm);
      const candidate = p.times((a + length) % p.modulus, half);
      const square = squares.has(candidate) ? candidate : p.times((a + p.modulus - length) % p.modulus, half);
      const x = squares.root(square);
      rootRe[k] = x;
      rootIm[k] = p.times(b, p.invert(p.times(2, x)));
    }
    return { re: rootRe, im: rootIm.some((x) => x !== 0) ? rootIm : null };
  }

  /** A random function of the arguments, with values in the given field. */
  hash(keys: Keys, name: string, field: PrimeField): Float64Array {
    const salt = (this.salt ^ textSalt(name) ^ (field === this.q ? 0x5bd1e995 : 0)) >>> 0;
    const { high, low } = keys;
    const out = new Float64Array(high.length);
    for (let k = 0; k < out.length; k++) out[k] = hashed(high[k]!, low[k]!, salt, field.modulus);
    return out;
  }
}
