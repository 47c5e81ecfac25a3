import { Doubles, Field, type Vec, ZeroDivisor } from './field.ts';
import { type Exponent, type Keys, type Lane, ROOT_DRAWS } from './lane.ts';

/** The numbers of one tensor in one algebra. */
export interface View {
  readonly value: Vec;
  readonly exponent: () => Exponent;
  /** Equal for equal tensors; with `odd`, equal for x and -x as well, which then differ in `sign`. */
  readonly keys: (odd: boolean) => { readonly keys: Keys; readonly sign: Float64Array };
}

/** The argument of an exponential. */
export interface Argument {
  readonly value: Vec;
  readonly exponent: () => Pick<Exponent, 'q' | 'sign'>;
}

/** A formula of plain arithmetic, valid in every field. */
export type Formula = (field: Field, ...xs: Vec[]) => Vec;

/** A field together with the functions beyond plain arithmetic; the formulas of the rules are computed in it. */
export interface Algebra {
  readonly kind: 'residues' | 'doubles' | 'degrees';
  readonly field: Field;
  exp(x: Argument): Vec;
  log(x: View): Vec;
  sin(x: View): Vec;
  cos(x: View): Vec;
  sqrt(x: Vec): Vec;
  /** A random function of the argument, for a function of which only the derivative has a rule. */
  random(name: string, x: View, odd?: boolean): Vec;
  /** formula(x), to take an exponential of. */
  map(x: View, formula: Formula): Argument;
}

const none = (): never => {
  throw new Error('expected an algebra with exponents and keys');
};
const real = (value: Vec): Argument => ({ value, exponent: none });

/** How to take roots. */
export interface RootOptions {
  /** Lanes are drawn again until every radicand is a square (default no). */
  readonly squares?: boolean;
  /** Roots of numbers with an imaginary part are independent variables, and so are their squares (default no). */
  readonly freeRoots?: boolean;
}

/** Values in a finite field, with exponents beside them. */
export class Residues implements Algebra {
  readonly kind = 'residues';
  readonly lane: Lane;
  readonly field: Field;

  /** Draws again if a radicand is not a square, so that all roots behave like those of positive numbers. */
  readonly #squares: boolean;
  readonly #freeRoots: boolean;

  constructor(lane: Lane, { squares = false, freeRoots = false }: RootOptions) {
    this.lane = lane;
    this.field = lane.p;
    this.#squares = squares;
    this.#freeRoots = freeRoots;
  }

  exp(x: Argument): Vec {
    return this.lane.exp(x.exponent());
  }

  log(x: View): Vec {
    return this.random('log', x);
  }

  // Rational points of the circle: sin = 2t / (1 + t^2), cos = (1 - t^2) / (1 + t^2).
  sin(x: View): Vec {
    const t = this.random('tan', x, true);
    return this.field.div(this.field.scale(t, 2), this.field.plusOne(this.field.square(t)));
  }

  cos(x: View): Vec {
    const square = this.field.square(this.random('tan', x, true));
    return this.field.div(this.field.oneMinus(square), this.field.plusOne(square));
  }

  sqrt(x: Vec): Vec {
    const root = this.lane.sqrt(x, this.#freeRoots);
    if (root.im !== null) this.#missesSquare();
    return root;
  }

  /** The logarithm of the base of a general power. */
  logOfBase({ re, im }: Vec): Exponent {
    if (im !== null) throw new ZeroDivisor('a power of a root is not in the field', ROOT_DRAWS);
    const exponent = this.lane.log(re);
    if (exponent.sign !== null) this.#missesSquare();
    return exponent;
  }

  #missesSquare(): void {
    if (this.#squares) throw new ZeroDivisor('a radicand is not a square in the field', ROOT_DRAWS);
  }

  random(name: string, x: View, odd = false): Vec {
    const { keys, sign } = x.keys(odd);
    const value: Vec = { re: this.lane.hash(keys, name, this.lane.p), im: null };
    return odd ? this.field.mul(value, { re: this.lane.p.reduce(sign), im: null }) : value;
  }

  map(x: View, formula: Formula): Argument {
    return {
      value: formula(this.field, x.value),
      exponent: () => ({ q: formula(this.lane.q, { re: x.exponent().q, im: null }).re, sign: null }),
    };
  }
}

/** Double precision: the values come from the kernels, and only the tangents are computed. */
export class DoublePrecision implements Algebra {
  readonly kind = 'doubles';
  readonly field: Field = new Doubles();
  exp = each(Math.exp);
  log = each(Math.log);
  sin = each(Math.sin);
  cos = each(Math.cos);
  sqrt = (x: Vec): Vec => each(Math.sqrt)(real(x));
  random = none;
  map = (x: View, formula: Formula): Argument => real(formula(this.field, x.value));
}

const each =
  (f: (x: number) => number) =>
  ({ value }: Argument): Vec => ({ re: value.re.map(f), im: null });

/** Degrees of numerator and denominator, [n, d], under sums and products; those of 0 are -Infinity and 0. */
class DegreeField extends Field {
  add2 = ([n, d]: Float64Array, [m, e]: Float64Array): Float64Array =>
    Float64Array.of(Math.max(n! + e!, m! + d!), d! + e!);
  sub2 = this.add2;
  mul2 = ([n, d]: Float64Array, [m, e]: Float64Array): Float64Array =>
    n! + m! === Number.NEGATIVE_INFINITY ? this.zero.re : Float64Array.of(n! + m!, d! + e!);
  override readonly zero: Vec = degree(Number.NEGATIVE_INFINITY, 0);

  inverse1([n, d]: Float64Array): Float64Array {
    return Float64Array.of(d!, Math.max(n!, 0));
  }

  total1(): never {
    return none();
  }

  fraction(): Vec {
    return degree(0, 0);
  }
}

export const degree = (n: number, d = 0): Vec => ({ re: Float64Array.of(n, d), im: null });

/** The degree of a sum of `terms` terms of the same degree. */
export const degreeOfSum = ({ re: [n, d] }: Vec, terms: number): Vec =>
  degree(n! + (terms - 1) * d!, terms * d!);

/** Every value of a function is a new variable of degree 1; e^x has degree 2, as a polynomial in e^x or e^-x. */
export const degrees: Algebra = {
  kind: 'degrees',
  field: new DegreeField(),
  exp: () => degree(2, 2),
  log: () => degree(1),
  sin: () => degree(2, 2),
  cos: () => degree(2, 2),
  sqrt: (x) => x,
  random: () => degree(1),
  map: (x, formula) => real(formula(degrees.field, x.value)),
};
