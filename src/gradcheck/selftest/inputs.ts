import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import { sizeOf } from '../../numerics/shape.ts';
import type { ShapedValues } from '../types.ts';

/** Seeded inputs: all entries differ, none is near zero, and both signs occur unless stated otherwise. */
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
