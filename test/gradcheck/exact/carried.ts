import type { Tensor } from '@tensorflow/tfjs';
import { degree } from '../../../src/gradcheck/exact/algebra.ts';
import { type About, CLEAN, Entry, type Numbers } from '../../../src/gradcheck/exact/entry.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import { observe } from '../../../src/gradcheck/exact/observe.ts';
import { World, type WorldOptions } from '../../../src/gradcheck/exact/world.ts';
import type { TF } from '../../../src/gradcheck/types.ts';
import { tf } from './support.ts';

/** Small enough for arithmetic by hand: 47 = 2 * 23 + 1. */
export const P = 47;
export const Q = 23;

/** x modulo p, from 0. */
export const mod = (x: number, p = P): number => ((x % p) + p) % p;
/** The k with b k = a modulo p, found by trying all. */
export function over(a: number, b: number, p = P): number {
  for (let k = 0; k < p; k++) if (mod(b * k, p) === mod(a, p)) return k;
  throw new Error(`${b} divides nothing modulo ${p}`);
}
/** The root of x that is a square itself, found by trying all. */
export function rootOf(x: number, p = P): number {
  for (let k = 0; k < p; k++) if (mod(k ** 4, p) === mod(x, p)) return mod(k ** 2, p);
  throw new Error(`${x} is no square modulo ${p}`);
}

/** Numbers put into a tensor before the kernels run, in one lane. */
export interface Given {
  readonly real: readonly number[];
  readonly shape?: readonly number[];
  readonly p: readonly number[];
  readonly im?: readonly number[];
  readonly t?: readonly number[];
  readonly tIm?: readonly number[];
  readonly q?: readonly number[];
  readonly sign?: readonly number[];
  readonly lost?: boolean;
  readonly random?: boolean;
  /** Degrees of numerator and denominator: of the values, and of the tangents. */
  readonly degree?: readonly [number, number];
  readonly tDegree?: readonly [number, number];
  readonly about?: Partial<About>;
}

/** The numbers of a tensor after the kernels. */
export interface Carried {
  readonly p: readonly number[];
  readonly im: readonly number[] | null;
  readonly t: readonly number[] | null;
  readonly tIm: readonly number[] | null;
  readonly q: readonly number[] | null;
  readonly sign: readonly number[] | null;
  readonly lost: boolean;
  readonly random: boolean;
  readonly degree: readonly number[];
  readonly tDegree: readonly number[] | null;
  readonly constant: boolean;
  readonly taint: readonly string[];
  readonly tangentTaint: readonly string[];
  readonly faithful: boolean;
  readonly pure: boolean;
}

export interface Options extends Partial<WorldOptions> {
  readonly prime?: number;
  readonly seed?: number;
  /** Whether the kernels belong to the backward pass, which carries no tangents (default no). */
  readonly backward?: boolean;
}

const planeOf = (values: readonly number[] | undefined): Float64Array | null =>
  values === undefined ? null : Float64Array.from(values);

export function entryOf(world: World, given: Given): Entry {
  const { real, p, im, t, tIm, q, sign, lost = false, random = false, about } = given;
  const residues: Numbers = {
    value: { re: Float64Array.from(p), im: planeOf(im) },
    tangent: t === undefined ? null : { re: Float64Array.from(t), im: planeOf(tIm) },
    exponent: q === undefined ? null : { q: Float64Array.from(q), sign: planeOf(sign), lost, random },
  };
  const degrees: Numbers = {
    value: degree(...(given.degree ?? ([1, 0] as const))),
    tangent: t === undefined ? null : degree(...(given.tDegree ?? ([0, 0] as const))),
    exponent: null,
  };
  return new Entry(world, real.length, [residues, degrees], {
    ...{ constant: false, taint: CLEAN, tangentTaint: CLEAN, faithful: false, pure: false },
    ...about,
  });
}

export function carriedBy({ numbers, about }: Entry): Carried {
  const [{ value, tangent, exponent }, degrees] = numbers as [Numbers, Numbers];
  const list = (plane: Float64Array | null | undefined): number[] | null =>
    plane == null ? null : [...plane];
  return {
    p: [...value.re],
    im: list(value.im),
    t: list(tangent?.re),
    tIm: list(tangent?.im),
    q: list(exponent?.q),
    sign: list(exponent?.sign),
    lost: exponent?.lost ?? false,
    random: exponent?.random ?? false,
    degree: [...degrees.value.re],
    tDegree: list(degrees.tangent?.re),
    ...about,
    taint: [...about.taint],
    tangentTaint: [...about.tangentTaint],
  };
}

/** Kernels that are run on the given tensors. */
export type F = (tf: TF, tensors: Record<string, Tensor>) => Tensor;

export const faithful = (given: Given): Given => ({ ...given, about: { ...given.about, faithful: true } });
export const signed = (given: Given, ...sign: number[]): Given => ({ ...given, sign });
/** A kernel by its name, called without its op. */
export const kernel =
  (name: string, attrs: Record<string, number> = {}): F =>
  (tf, inputs) =>
    tf.engine().runKernel(name, inputs, attrs) as Tensor;

/** The numbers of f's output, if the inputs carry the given ones; and the world that it ran in. */
export function carry(
  inputs: Readonly<Record<string, Given>>,
  f: F,
  { prime = P, seed = 1, backward = false, exponents = true, free = false, ...more }: Options = {},
): { readonly out: Carried; readonly world: World; readonly lane: Lane } {
  const lane = new Lane(prime, seed);
  const world = new World(tf, [lane], { exponents, free, ...more });
  world.tangents = !backward;
  let out: Carried | null = null;
  tf.tidy(() => {
    const made = Object.fromEntries(
      Object.entries(inputs).map(([name, given]) => {
        const tensor = tf.tensor(given.real.slice(), (given.shape ?? [given.real.length]) as number[]);
        world.set(tensor, entryOf(world, given));
        return [name, tensor];
      }),
    );
    out = carriedBy(observe(world, () => world.entry(f(tf, made))));
  });
  return { out: out!, world, lane };
}
