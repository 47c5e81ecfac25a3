/** Elements of a field, or of its extension by i (i^2 = -1) if `im` is set. A vector of length 1 fits any length. */
export interface Vec {
  readonly re: Float64Array;
  readonly im: Float64Array | null;
}

/** A division by zero in the field, which another draw may avoid. */
export class ZeroDivisor extends Error {
  override readonly name = 'ZeroDivisor';
  /** The lane in which it happened. */
  lane: number | null = null;
  /** The number of draws of a lane after which it is not an accident. */
  readonly draws: number;

  constructor(message: string, draws = 8) {
    super(message);
    this.draws = draws;
  }
}

type Operation = (a: Float64Array, b: Float64Array) => Float64Array;

/** Arithmetic of vectors over a field, in terms of the arithmetic of real parts. */
export abstract class Field {
  abstract add2: Operation;
  abstract sub2: Operation;
  abstract mul2: Operation;
  abstract inverse1(a: Float64Array): Float64Array;
  abstract total1(a: Float64Array): number;
  /** The integer or fraction `top / bottom`. */
  abstract fraction(top: number, bottom?: number): Vec;

  readonly zero: Vec = { re: new Float64Array(1), im: null };
  get one(): Vec {
    return this.fraction(1);
  }

  add(a: Vec, b: Vec): Vec {
    return { re: this.add2(a.re, b.re), im: this.#pair(this.add2, a, b) };
  }

  sub(a: Vec, b: Vec): Vec {
    return { re: this.sub2(a.re, b.re), im: this.#pair(this.sub2, a, b) };
  }

  neg(a: Vec): Vec {
    return this.sub(this.zero, a);
  }

  mul(a: Vec, b: Vec): Vec {
    const re = this.mul2(a.re, b.re);
    if (a.im === null && b.im === null) return { re, im: null };
    if (b.im === null) return { re, im: this.mul2(a.im!, b.re) };
    if (a.im === null) return { re, im: this.mul2(a.re, b.im) };
    return {
      re: this.sub2(re, this.mul2(a.im, b.im)),
      im: this.add2(this.mul2(a.re, b.im), this.mul2(a.im, b.re)),
    };
  }

  square(a: Vec): Vec {
    return this.mul(a, a);
  }

  scale(a: Vec, top: number, bottom = 1): Vec {
    return this.mul(a, this.fraction(top, bottom));
  }

  /** @throws ZeroDivisor */
  inverse(a: Vec): Vec {
    if (a.im === null) return { re: this.inverse1(a.re), im: null };
    // 1 / (a + bi) = (a - bi) / (a^2 + b^2)
    const norm = this.inverse1(this.add2(this.mul2(a.re, a.re), this.mul2(a.im, a.im)));
    return { re: this.mul2(a.re, norm), im: this.sub2(this.zero.re, this.mul2(a.im, norm)) };
  }

  div(a: Vec, b: Vec): Vec {
    return this.mul(a, this.inverse(b));
  }

  /** a^n for an integer n of either sign. */
  power(a: Vec, n: number): Vec {
    if (n < 0) return this.inverse(this.power(a, -n));
    let result = this.one;
    for (let base = a, rest = n; rest > 0; rest = Math.floor(rest / 2), base = this.square(base))
      if (rest % 2 === 1) result = this.mul(result, base);
    return result.re.length === a.re.length ? result : this.add(result, this.mul(a, this.zero));
  }

  /** The sum of all elements. */
  total({ re, im }: Vec): Vec {
    return { re: Float64Array.of(this.total1(re)), im: im && Float64Array.of(this.total1(im)) };
  }

  /** 1 + x */
  plusOne(a: Vec): Vec {
    return this.add(this.one, a);
  }

  /** 1 - x */
  oneMinus(a: Vec): Vec {
    return this.sub(this.one, a);
  }

  #pair(operation: Operation, a: Vec, b: Vec): Float64Array | null {
    if (a.im === null && b.im === null) return null;
    const zeros = (x: Vec) => x.im ?? new Float64Array(x.re.length);
    return operation(zeros(a), zeros(b));
  }
}

/** The array for the result of an operation, and the strides of its operands: 0 for one of length 1. */
function stretchedTogether(
  a: Float64Array,
  b: Float64Array,
): [out: Float64Array, stepA: number, stepB: number] {
  return [new Float64Array(Math.max(a.length, b.length)), a.length === 1 ? 0 : 1, b.length === 1 ? 0 : 1];
}

/** An operation element by element; an operand of length 1 is stretched. */
function elementwise(operation: (x: number, y: number) => number): Operation {
  return (a, b) => {
    const [out, stepA, stepB] = stretchedTogether(a, b);
    for (let k = 0; k < out.length; k++) out[k] = operation(a[k * stepA]!, b[k * stepB]!);
    return out;
  };
}

/** Double precision, for dual numbers. */
export class Doubles extends Field {
  add2 = elementwise((x, y) => x + y);
  sub2 = elementwise((x, y) => x - y);
  mul2 = elementwise((x, y) => x * y);

  inverse1(a: Float64Array): Float64Array {
    return a.map((x) => 1 / x);
  }

  total1(a: Float64Array): number {
    return a.reduce((sum, x) => sum + x, 0);
  }

  fraction(top: number, bottom = 1): Vec {
    return { re: Float64Array.of(top / bottom), im: null };
  }
}

/**
 * The integers modulo a prime below 2^26, as doubles in [0, modulus). The loops have no calls and no unpredictable
 * branches, which would make them several times as slow.
 */
export class PrimeField extends Field {
  readonly modulus: number;
  readonly #inverse: number;

  constructor(modulus: number) {
    super();
    this.modulus = modulus;
    this.#inverse = 1 / modulus;
  }

  add2: Operation = (a, b) => {
    const { modulus } = this;
    const inverse = this.#inverse;
    const [out, stepA, stepB] = stretchedTogether(a, b);
    for (let k = 0; k < out.length; k++) {
      const sum = a[k * stepA]! + b[k * stepB]!;
      const rest = sum - Math.floor(sum * inverse) * modulus;
      // The quotient may be too small by one.
      out[k] = rest >= modulus ? rest - modulus : rest;
    }
    return out;
  };

  sub2: Operation = (a, b) => {
    const { modulus } = this;
    const inverse = this.#inverse;
    const [out, stepA, stepB] = stretchedTogether(a, b);
    for (let k = 0; k < out.length; k++) {
      const rest = a[k * stepA]! - b[k * stepB]!;
      out[k] = rest - Math.floor(rest * inverse) * modulus;
    }
    return out;
  };

  /**
   * The quotient is exact: no product of two residues is a multiple of the prime, unless it is 0, so its quotient is at
   * least 1 / modulus away from whole numbers, and rounding moves it by less than modulus / 2^52.
   */
  mul2: Operation = (a, b) => {
    const { modulus } = this;
    const inverse = this.#inverse;
    const [out, stepA, stepB] = stretchedTogether(a, b);
    for (let k = 0; k < out.length; k++) {
      const product = a[k * stepA]! * b[k * stepB]!;
      out[k] = product - Math.floor(product * inverse) * modulus;
    }
    return out;
  };

  /** Reduces integers of magnitude up to 2^53 less the modulus: the multiple that is taken away is exact too. */
  reduce(a: Float64Array): Float64Array {
    const { modulus } = this;
    const inverse = this.#inverse;
    const out = new Float64Array(a.length);
    for (let k = 0; k < out.length; k++) {
      const x = a[k]!;
      const rest = x - Math.floor(x * inverse) * modulus;
      // The quotient may be off by one.
      out[k] = rest < 0 ? rest + modulus : rest >= modulus ? rest - modulus : rest;
    }
    return out;
  }

  /** Exact for up to 2^27 residues, which is a gigabyte of them. */
  total1(a: Float64Array): number {
    let total = 0;
    for (let k = 0; k < a.length; k++) total += a[k]!;
    return total % this.modulus;
  }

  /** Random nonzero residues. */
  draw(size: number, random: () => number): Float64Array {
    const limit = this.modulus - 1;
    const out = new Float64Array(size);
    for (let k = 0; k < size; k++) out[k] = 1 + Math.floor(random() * limit);
    return out;
  }

  /** Residues from -modulus / 2 to modulus / 2, of which the most products can be summed without rounding. */
  centre(a: Float64Array): Float64Array {
    const { modulus } = this;
    const inverse = this.#inverse;
    const out = new Float64Array(a.length);
    for (let k = 0; k < out.length; k++) {
      const x = a[k]!;
      out[k] = x - Math.floor(x * inverse + 0.5) * modulus;
    }
    return out;
  }

  /** An integer modulo the prime; as a bigint it may exceed 2^53. */
  residue(x: number | bigint): number {
    const rest = Number(typeof x === 'bigint' ? x % BigInt(this.modulus) : x % this.modulus);
    // Adding 0 turns -0 into 0.
    return rest < 0 ? rest + this.modulus : rest + 0;
  }

  fraction(top: number, bottom = 1): Vec {
    const value = this.residue(top);
    return {
      re: Float64Array.of(bottom === 1 ? value : this.times(value, this.invert(this.residue(bottom)))),
      im: null,
    };
  }

  /** The product of two residues. Uses the inverse, because the remainder of doubles is a call into the C library. */
  times(x: number, y: number): number {
    const product = x * y;
    return product - Math.floor(product * this.#inverse) * this.modulus;
  }

  /** x^n for n >= 0. */
  raise(x: number, n: number): number {
    let result = 1;
    for (let base = x, rest = n; rest > 0; rest = Math.floor(rest / 2), base = this.times(base, base))
      if (rest % 2 === 1) result = this.times(result, base);
    return result;
  }

  /** @throws ZeroDivisor */
  invert(x: number): number {
    if (x === 0) throw new ZeroDivisor('a division by zero in the field');
    return this.raise(x, this.modulus - 2);
  }

  /** Montgomery's trick: one inversion in all, and three products per element. */
  inverse1(a: Float64Array): Float64Array {
    const out = new Float64Array(a.length);
    let product = 1;
    for (let k = 0; k < a.length; k++) {
      out[k] = product;
      product = this.times(product, a[k]!);
    }
    let inverse = this.invert(product);
    for (let k = a.length - 1; k >= 0; k--) {
      out[k] = this.times(out[k]!, inverse);
      inverse = this.times(inverse, a[k]!);
    }
    return out;
  }
}
