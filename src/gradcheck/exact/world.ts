import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';
import { type Algebra, DoublePrecision, degree, degrees, Residues, type RootOptions } from './algebra.ts';
import { type Constants, constantsOf } from './constants.ts';
import { type About, aboutOf, CLEAN, Entry, type Home, type Numbers } from './entry.ts';
import { type Vec, ZeroDivisor } from './field.ts';
import type { Exponent, Lane } from './lane.ts';

/** Thrown to start again with exponents, because an exp was met. */
export class NeedExponents extends Error {
  override readonly name = 'NeedExponents';
}
/** Thrown to start again on the branches of the point, because a branch cannot be free. */
export class NotFree extends Error {
  override readonly name = 'NotFree';
}
/** Thrown to start again on primes with roots of unity of another order, because a Fourier transform was met. */
export class NeedUnity extends Error {
  override readonly name = 'NeedUnity';
  readonly order: number;

  constructor(order: number) {
    super(`roots of unity of order ${order}`);
    this.order = order;
  }
}
/** The exact check cannot decide; the message says why. */
export class CannotProve extends Error {
  override readonly name = 'CannotProve';
}

export interface WorldOptions extends RootOptions {
  readonly exponents: boolean;
  /** Whether branches are free variables instead of those of the point. */
  readonly free: boolean;
  /** Takes the opposite side of kinks from TensorFlow.js, and the first or the last element of a tie. */
  readonly turned?: 'first' | 'last' | undefined;
}

/** The side that every element of a kernel took: 1 or 0, or the element that was chosen. */
export interface Pattern {
  readonly kernel: string;
  readonly sides: ArrayLike<number>;
}

export type Real = ArrayLike<number>;

/** Something of a complex tensor, such as its numbers: for the real part and for the imaginary part. */
export type Parts<Part> = readonly [re: Part, im: Part];

/** One attempt: the numbers of every tensor in every algebra, and facts collected on the way. */
export class World implements Home {
  readonly tf: TF;
  /** The TensorFlow.js in double precision that computes with residues; the code may run on another one. */
  readonly arithmetic: TF;
  readonly backend: KernelBackend;
  /** The backend that holds the tensors of the code. */
  readonly #source: KernelBackend;
  readonly lanes: readonly Lane[];
  readonly algebras: readonly Algebra[];
  readonly options: WorldOptions;
  /** Whether tangents are carried; only during the forward pass. */
  tangents = true;
  /** The number of elements with a branch, and of those exactly at a kink. */
  branches = 0;
  kinks = 0;
  /** The kernel whose rule is running, and the sides that every kernel took so far, element by element. */
  kernel = '';
  patterns: Pattern[] = [];
  /** The number of numbers made in all lanes, which measures the cost of an attempt. */
  made = 0;
  /** The number of roots taken; their signs are not free variables. */
  roots = 0;
  /** The argument of all exponentials: only one, or inputs; otherwise 'unbounded', and no bound is proven. */
  exponentials: 'none' | 'inputs' | number | 'unbounded' = 'none';
  exponentDegree = 0;
  /** Why the run is void; it still runs to the end, so that nothing leaks. */
  failure: Error | null = null;
  readonly #entries = new WeakMap<object, Entry>();
  readonly #complex = new WeakMap<object, Parts<Entry>>();
  /** Data of integers and booleans that depend on the inputs: branches, not values. */
  readonly #decisions = new WeakSet<object>();
  readonly #constants: readonly Constants[];

  /** @param lanes those of the exact check; none for dual numbers in double precision */
  constructor(tf: TF, lanes: readonly Lane[], options: WorldOptions, arithmetic: TF = tf) {
    this.tf = tf;
    this.arithmetic = arithmetic;
    this.backend = arithmetic.backend();
    this.#source = tf.backend();
    this.lanes = lanes;
    this.options = options;
    this.algebras =
      lanes.length === 0
        ? [new DoublePrecision()]
        : [...lanes.map((lane) => new Residues(lane, options)), degrees];
    this.#constants = lanes.map(constantsOf);
  }

  needExponents(): void {
    if (!this.options.exponents) throw new NeedExponents();
  }

  /** Notes a branch that is taken as the real numbers take it. @throws NotFree if branches are to be free */
  hold(elements: number): void {
    if (this.options.free) throw new NotFree();
    this.branches += elements;
  }

  known(tensor: TensorInfo): Entry | undefined {
    return this.#entries.get(tensor.dataId as object);
  }

  set(tensor: TensorInfo, entry: Entry): void {
    this.#entries.set(tensor.dataId as object, entry);
  }

  /** Sets the numbers of a decision by the real numbers, which stays the same near the point. */
  decide(tensor: TensorInfo, entry: Entry): void {
    this.#decisions.add(tensor.dataId as object);
    this.set(tensor, entry);
  }

  /** How a tensor that the code reads back depends on the inputs. */
  role(dataId: object): 'constant' | 'decision' | 'value' {
    const entries = this.#complex.get(dataId) ?? [this.#entries.get(dataId)];
    if (entries.every((entry) => entry?.about.constant ?? true)) return 'constant';
    return this.#decisions.has(dataId) ? 'decision' : 'value';
  }

  read(tensor: TensorInfo): Real {
    return this.#source.readSync(tensor.dataId) as Real;
  }

  /** The numbers of a tensor; an unknown tensor is a constant. */
  entry(tensor: TensorInfo): Entry {
    const known = this.known(tensor);
    if (known !== undefined) return known;
    const made = this.constant(this.read(tensor));
    this.set(tensor, made);
    return made;
  }

  /** Whether a tensor depends on the inputs. */
  depends({ dataId }: TensorInfo): boolean {
    return this.role(dataId as object) !== 'constant';
  }

  setComplex(tensor: TensorInfo, entries: Parts<Entry>): void {
    this.#complex.set(tensor.dataId as object, entries);
  }

  /** The real and the imaginary part of a complex tensor. */
  parts({ dataId }: TensorInfo): Parts<TensorInfo> {
    const { data } = this.#source as unknown as {
      readonly data: {
        get(id: object): { readonly complexTensorInfos: Record<'real' | 'imag', TensorInfo> };
      };
    };
    const { real, imag } = data.get(dataId).complexTensorInfos;
    return [real, imag];
  }

  /** The numbers of both parts of a complex tensor. */
  complexEntries(tensor: TensorInfo): Parts<Entry> {
    const known = this.#complex.get(tensor.dataId as object);
    if (known !== undefined) return known;
    const [re, im] = this.parts(tensor).map((part) => this.constant(this.read(part)));
    const made: Parts<Entry> = [re!, im!];
    this.setComplex(tensor, made);
    return made;
  }

  /** The entry of a constant, or, with `dependent`, of numbers that are constant near the point. */
  constant(values: Real, dependent = false): Entry {
    const unknown: number[] = [];
    let faithful = true;
    for (let k = 0; k < values.length; k++) if (!isPowerOfTwo(values[k]!)) faithful = false;
    const numbers = this.algebras.map((algebra, lane): Numbers => {
      if (algebra.kind === 'doubles') return numbersOf(Float64Array.from(values));
      if (algebra.kind === 'degrees') return { value: degree(0), tangent: null, exponent: null };
      const p = new Float64Array(values.length);
      const q = new Float64Array(values.length);
      for (let k = 0; k < values.length; k++) {
        const x = values[k]!;
        if (!Number.isFinite(x)) throw new CannotProve(`${x} among the constants`);
        const [modP, modQ, simple] = this.#constants[lane]!.of(x);
        p[k] = modP;
        q[k] = modQ;
        if (!simple && lane === 0 && unknown.length < 2) unknown.push(x);
      }
      return numbersOf(p, { q, sign: null, lost: false, random: false });
    });
    const taint = unknown.length === 0 ? CLEAN : new Set(unknown.map((x) => `the constant ${x}`));
    return new Entry(this, values.length, numbers, {
      constant: !dependent,
      taint,
      tangentTaint: CLEAN,
      faithful,
      pure: false,
    });
  }

  /** Makes the numbers in every algebra; vectors of length 1 are stretched to the size. */
  make(size: number, about: About, numbersIn: (algebra: Algebra, lane: number) => Numbers): Entry {
    this.made += size * this.algebras.length;
    const numbers = this.algebras.map((algebra, lane): Numbers => {
      const made = inLane(lane, () => numbersIn(algebra, lane));
      if (algebra.kind === 'degrees') return made;
      const { value, tangent, exponent } = made;
      return {
        value: stretched(value, size),
        tangent: tangent === null ? null : stretched(tangent, size),
        exponent:
          exponent === null || exponent.q.length === size
            ? exponent
            : {
                ...exponent,
                q: stretch(exponent.q, size),
                sign: exponent.sign && stretch(exponent.sign, size),
              },
      };
    });
    return new Entry(this, size, numbers, about);
  }

  /** The mask of a step function: 1 where `open`, else 0; with free branches, a random function of x off its kink. */
  step(x: Entry, real: (k: number) => number, open: (x: number) => boolean): Entry {
    const { size } = x;
    if (!x.about.constant) this.branches += size;
    const mask = new Float64Array(size);
    let kinks = 0;
    for (let k = 0; k < size; k++) {
      const isKink = real(k) === 0;
      if (isKink) kinks++;
      mask[k] = open(real(k)) !== (isKink && this.options.turned !== undefined) ? 1 : 0;
    }
    if (!x.about.constant) {
      this.kinks += kinks;
      this.patterns.push({ kernel: this.kernel, sides: mask });
    }
    const about = { ...aboutOf([x], true), tangentTaint: CLEAN };
    if (!this.options.free || x.about.constant)
      return this.make(size, { ...about, taint: CLEAN, faithful: true }, (algebra) => ({
        value: algebra.kind === 'degrees' ? degree(0) : { re: mask, im: null },
        tangent: null,
        exponent: { q: mask, sign: null, lost: false, random: false },
      }));
    if (kinks > 0) throw new NotFree();
    const { keys, sign } = x.keys(true);
    // step(-x) = 1 - step(x)
    const turned = sign.map((side) => (side < 0 ? 1 : 0));
    const factor = sign.map((side) => (side < 0 ? -1 : 1));
    return this.make(size, about, (_algebra, lane) => {
      const each = this.lanes[lane];
      if (each === undefined) return { value: degree(1), tangent: null, exponent: null };
      const inField = (field: typeof each.p): Float64Array =>
        field.add2(turned, field.mul2(field.reduce(factor), each.hash(keys, 'step', field)));
      return {
        value: { re: inField(each.p), im: null },
        tangent: null,
        exponent: { q: inField(each.q), sign: null, lost: false, random: false },
      };
    });
  }

  /** Notes an exponential of x, and returns the causes that taint it. */
  exponential(x: Entry): string[] {
    if (this.lanes.length === 0) return [];
    const exponents = this.lanes.map((_, lane) => x.exponent(lane));
    const { n, d } = degreeOf(x.numbers.at(-1)!.value);
    this.exponentDegree = Math.max(this.exponentDegree, n, d);
    if (exponents.some(({ random }) => random)) {
      this.exponentials = 'unbounded';
      return ['the exponential of a value that has itself an exponential, a root or a logarithm'];
    }
    if (!x.about.constant && this.exponentials !== 'unbounded') this.exponentials = this.#argument(x);
    return exponents.some(({ lost }) => lost) ? ['the sign of a logarithm under an exponential'] : [];
  }

  #argument(x: Entry): World['exponentials'] {
    const seen = this.exponentials;
    if (x.about.pure && typeof seen !== 'number') return 'inputs';
    if (x.size > 1 || seen === 'inputs') return 'unbounded';
    const { q } = x.exponent(0);
    const argument = Math.min(q[0]!, this.lanes[0]!.q.modulus - q[0]!);
    return seen === 'none' || seen === argument ? argument : 'unbounded';
  }
}

/** Notes the lane in which a draw failed, because only that one is drawn again. */
function inLane<Result>(lane: number, f: () => Result): Result {
  try {
    return f();
  } catch (error) {
    if (error instanceof ZeroDivisor) error.lane ??= lane;
    throw error;
  }
}

/** From this degree on no bound is given: a polynomial of large degree may be 0 for every number of a field. */
const MOST_DEGREE = 4096;

/** The probability that a false identity of this degree holds in all lanes; null if no bound is proven. */
export function boundOf(
  { roots, exponentials, exponentDegree, lanes }: World,
  degree: number,
): number | null {
  const whole = degree * (typeof exponentials === 'number' ? Math.max(1, exponentDegree) : 1);
  if (whole >= MOST_DEGREE || roots > 0 || exponentials === 'unbounded') return null;
  const bound = lanes.reduce((chance, { p }) => (chance * (2 * whole + 2)) / p.modulus, 1);
  return bound < 1 ? bound : null;
}

export const degreeOf = ({ re }: Vec): { n: number; d: number } => ({ n: Math.max(re[0]!, 0), d: re[1]! });

const isPowerOfTwo = (x: number): boolean => x === 0 || Number.isInteger(Math.log2(Math.abs(x)));

const numbersOf = (re: Float64Array, exponent: Exponent | null = null): Numbers => ({
  value: { re, im: null },
  tangent: null,
  exponent,
});

const stretch = (values: Float64Array, size: number): Float64Array =>
  values.length === size ? values : new Float64Array(size).fill(values[0]!);
const stretched = ({ re, im }: Vec, size: number): Vec => ({
  re: stretch(re, size),
  im: im && stretch(im, size),
});
