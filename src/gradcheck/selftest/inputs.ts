import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import { sizeOf } from '../../numerics/shape.ts';
import type { ShapedValues } from '../types.ts';

/** Seeded inputs: every entry another one, none of them near zero, both signs unless said otherwise. */
export function inputsFrom(seed: number) {
  const random = uniformNumbers(seed * 6101 + 17);
  return {
    signed: (...shape: number[]): ShapedValues => ({ shape, values: unequalEntries(sizeOf(shape), random) }),
    positive: (...shape: number[]): ShapedValues => ({
      shape,
      values: unequalEntries(sizeOf(shape), random).map(Math.abs),
    }),
  };
}
