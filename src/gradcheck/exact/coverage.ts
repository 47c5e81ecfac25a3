import { uniformNumbers } from '../../numerics/random.ts';
import type { BranchesSeen } from '../types.ts';
import type { Pattern } from './world.ts';

/** Combines the sides that branches took at several points, by kernel call, in the order of the calls. */
export class Coverages {
  readonly #first: Pattern[] = [];
  readonly #turned: Set<number>[] = [];

  add(patterns: readonly Pattern[]): void {
    for (const [call, pattern] of patterns.entries()) {
      const first = this.#first[call];
      if (first === undefined) {
        this.#first.push(pattern);
        this.#turned.push(new Set());
      } else if (first.kernel === pattern.kernel && first.sides.length === pattern.sides.length)
        for (let k = 0; k < first.sides.length; k++)
          if (first.sides[k] !== pattern.sides[k]) this.#turned[call]!.add(k);
    }
  }

  result(): BranchesSeen[] {
    return this.#first.map(({ kernel, sides }, call) => ({
      kernel,
      branches: sides.length,
      bothSides: this.#turned[call]!.size,
    }));
  }
}

/** Distance of other points: relative to each number (in its logarithm), or to their average if signs may change. */
const REACH = 0.6;
const ACROSS = 1.5;

/**
 * Random numbers near the given ones. If both signs occur, signs may change; if all have one sign, they keep it,
 * because the function may be defined only there.
 */
export function nearby(values: ArrayLike<number>, seed: number): Float64Array {
  const random = uniformNumbers(seed);
  const given = Float64Array.from(values);
  const average = given.reduce((sum, x) => sum + Math.abs(x), 0) / given.length || 1;
  const [above, below] = [given.some((x) => x > 0), given.some((x) => x < 0)];
  return given.map((x) => {
    const step = 2 * random() - 1;
    if (above === below) return x + ACROSS * average * step;
    if (x !== 0) return x * Math.exp(REACH * step);
    return (above ? 1 : -1) * REACH * average * Math.abs(step);
  });
}
