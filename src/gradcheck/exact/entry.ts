import type { View } from './algebra.ts';
import type { Vec } from './field.ts';
import type { Exponent, Keys, Lane } from './lane.ts';

/** The numbers of one tensor in one algebra. */
export interface Numbers {
  readonly value: Vec;
  /** Derivative in the drawn direction; null for 0. */
  readonly tangent: Vec | null;
  /** null if none is carried, or if there is none modulo q and a random function is used instead. */
  readonly exponent: Exponent | null;
}

/** The reasons why a difference need not be a mistake. */
export type Taint = ReadonlySet<string>;
export const CLEAN: Taint = new Set();
const MOST_CAUSES = 6;

export function union(...taints: readonly Taint[]): Taint {
  const dirty = taints.filter(({ size }) => size > 0);
  if (dirty.length < 2) return dirty[0] ?? CLEAN;
  const [first] = dirty as [Taint];
  if (dirty.every((taint) => taint === first)) return first;
  return new Set([...new Set(dirty.flatMap((taint) => [...taint]))].slice(0, MOST_CAUSES));
}

/** The world that entries belong to, as far as they use it. */
export interface Home {
  readonly lanes: readonly Lane[];
  /** @throws NeedExponents if none are carried yet */
  needExponents(): void;
}

/** Facts that hold for all elements of a tensor, in all algebras. */
export interface About {
  /** Whether it depends neither on an input nor on dy. */
  readonly constant: boolean;
  readonly taint: Taint;
  readonly tangentTaint: Taint;
  /** Whether residues are squares where the real value is positive, and minus squares where it is negative. */
  readonly faithful: boolean;
  /** Whether every element is one of an input, or the negative of one. */
  readonly pure: boolean;
}

/** The numbers of a tensor in every algebra of a world. */
export class Entry {
  readonly world: Home;
  readonly size: number;
  readonly numbers: readonly Numbers[];
  readonly about: About;
  #leaves: readonly Exponent[] | null = null;
  readonly #keys = new Map<boolean, { keys: Keys; sign: Float64Array }>();

  constructor(world: Home, size: number, numbers: readonly Numbers[], about: About) {
    this.world = world;
    this.size = size;
    this.numbers = numbers;
    this.about = about;
  }

  view(lane: number): View {
    const { value } = this.numbers[lane]!;
    return { value, exponent: () => this.exponent(lane), keys: (odd) => this.keys(odd) };
  }

  /** Exponents in a lane; a random function of the residues if the tensor has none modulo q. */
  exponent(lane: number): Exponent {
    this.world.needExponents();
    const carried = this.numbers[lane]!.exponent;
    if (carried !== null) return carried;
    this.#leaves ??= this.world.lanes.map((each) => ({
      q: each.hash(this.keys(false).keys, 'exponent', each.q),
      sign: null,
      lost: false,
      random: true,
    }));
    return this.#leaves[lane]!;
  }

  /**
   * Hashes of the residues of all lanes together, so that two arguments hardly ever collide. With `odd` they are the
   * hashes of x or of -x, whichever comes first, and sign says which; sign is 0 for 0.
   */
  keys(odd: boolean): { keys: Keys; sign: Float64Array } {
    const known = this.#keys.get(odd);
    if (known !== undefined) return known;
    const { size, world } = this;
    const keys = { high: new Uint32Array(size).fill(7), low: new Uint32Array(size).fill(11) };
    const sign = new Float64Array(size).fill(1);
    const absorb = (k: number, x: number): void => {
      keys.high[k] = Math.imul(keys.high[k]! ^ x, 0x9e3779b1) ^ (keys.high[k]! >>> 15);
      keys.low[k] = Math.imul(keys.low[k]! ^ (x + 0x7f4a7c15), 0x85ebca77) ^ (keys.low[k]! >>> 13);
    };
    for (const [lane, { p }] of world.lanes.entries()) {
      const { re, im } = this.numbers[lane]!.value;
      for (let k = 0; k < size; k++) {
        const imaginary = im?.[k] ?? 0;
        const leading = re[k]! || imaginary;
        if (odd && lane === 0) sign[k] = leading === 0 ? 0 : leading * 2 > p.modulus ? -1 : 1;
        const turned = (x: number): number => (sign[k] === -1 && x !== 0 ? p.modulus - x : x);
        absorb(k, turned(re[k]!));
        if (imaginary !== 0) absorb(k, ~turned(imaginary));
      }
    }
    const made = { keys, sign };
    this.#keys.set(odd, made);
    return made;
  }
}

/** The facts about a function of several tensors. The tangents of a linear function do not depend on their values. */
export function aboutOf(operands: readonly Entry[], linear: boolean): About {
  const taint = union(...operands.map(({ about }) => about.taint));
  const tangents = union(...operands.map(({ about }) => about.tangentTaint));
  return {
    constant: operands.every(({ about }) => about.constant),
    taint,
    tangentTaint: linear ? tangents : union(tangents, taint),
    faithful: false,
    pure: false,
  };
}
