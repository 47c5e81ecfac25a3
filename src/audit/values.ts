import { sizeOf } from '../numerics/shape.ts';
/** An input of a case: its flat values, already rounded to float32. */
export interface CaseValues<Shape extends readonly number[] = readonly number[]> {
  readonly shape: Shape;
  readonly values: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

function filled<const Shape extends readonly number[]>(
  shape: Shape,
  value: (at: number) => number,
): CaseValues<Shape> {
  const values = Array.from({ length: sizeOf(shape) }, (_, at) => Math.fround(value(at)));
  return { shape, values, dtype: 'float32' };
}

/** Distinct values of both signs in -1..1: sines at steps of 1.3 radians. Another phase gives other values. */
export const signed = <const Shape extends readonly number[]>(shape: Shape, phase = 1): CaseValues<Shape> =>
  filled(shape, (at) => Math.sin(1.3 * at + phase));

/** Distinct unordered values between two bounds. */
export const between = <const Shape extends readonly number[]>(
  shape: Shape,
  low: number,
  high: number,
  phase = 1,
): CaseValues<Shape> => filled(shape, (at) => low + ((high - low) * (Math.sin(1.3 * at + phase) + 1)) / 2);

/** Integers, listed one by one. */
export const integers = <const Shape extends readonly number[]>(
  shape: Shape,
  values: readonly number[],
): CaseValues<Shape> => ({ shape, values, dtype: 'int32' });

/** Booleans in an irregular order. */
export const booleans = <const Shape extends readonly number[]>(shape: Shape): CaseValues<Shape> => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, at) => (Math.sin(1.3 * at + 1) > 0 ? 1 : 0)),
  dtype: 'bool',
});

/** Numbers, listed one by one. */
export const given = <const Shape extends readonly number[]>(
  shape: Shape,
  values: readonly number[],
): CaseValues<Shape> => filled(shape, (at) => values[at]!);
