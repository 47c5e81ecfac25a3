import { uniformNumbers } from '../../numerics/random.ts';
import type { ExactInput } from './sides.ts';
import type { Pattern } from './world.ts';

/** The branches that were seen at several points. */
export interface Coverage {
  readonly points: number;
  readonly kernels: Readonly<Record<string, { readonly branches: number; readonly bothSides: number }>>;
}

/** Puts together the sides that branches took at several points, kernel by kernel in the order they ran. */
export class Coverages {
  #points = 0;
  readonly #first: Pattern[] = [];
  readonly #turned: Set<number>[] = [];

  add(patterns: readonly Pattern[]): void {
    this.#points++;
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

  result(): Coverage {
    const kernels: Record<string, { branches: number; bothSides: number }> = {};
    for (const [call, { kernel, sides }] of this.#first.entries()) {
      kernels[kernel] ??= { branches: 0, bothSides: 0 };
      kernels[kernel].branches += sides.length;
      kernels[kernel].bothSides += this.#turned[call]!.size;
    }
    return { points: this.#points, kernels };
  }
}

/** How far away other points are: a part of each number, and of their average for zeros. */
const REACH = 0.6;

/** Inputs near the given ones, of the same signs. */
export function nearby(inputs: readonly ExactInput[], seed: number): ExactInput[] {
  const random = uniformNumbers(seed);
  return inputs.map((input) => {
    if (input.dtype !== 'float32') return input;
    const values = Float64Array.from(input.values);
    const average = values.reduce((sum, x) => sum + Math.abs(x), 0) / values.length || 1;
    const move = (x: number): number =>
      x === 0 ? REACH * average * (random() - 0.5) : x * Math.exp(2 * REACH * (random() - 0.5));
    return { ...input, values: values.map(move) };
  });
}
