import { expect } from '@jest/globals';
import * as tf64 from 'backproof/float64';
import { TOLERANCE } from '../../src/gradcheck/numeric/precision.ts';
import { sizeOf } from '../../src/numerics/shape.ts';
import { startBackend } from '../../src/tfjs/backends.ts';
import type { Tensor, TF } from '../../src/tfjs/types.ts';

/** A tensor as plain numbers, accepted by every build of TensorFlow.js. */
export interface Values {
  readonly shape: number[];
  readonly values: number[];
  readonly dtype?: 'int32';
}

/**
 * Distinct values of both signs in -1..1, no two close to each other: sines at steps of 1.3 radians, rounded to
 * float32.
 */
export function waves(shape: number[], phase = 1): Values {
  const size = sizeOf(shape);
  return { shape, values: Array.from({ length: size }, (_, i) => Math.fround(Math.sin(1.3 * i + phase))) };
}

/** Runs one kernel on the current backend of `tf`; returns every output as numbers. */
export function runKernel(
  tf: TF,
  name: string,
  inputs: Record<string, Values>,
  attributes: object,
): Values[] {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { values, shape, dtype }]) => [
        key,
        tf.tensor(values, shape, dtype ?? 'float32'),
      ]),
    );
    const outputs = tf.engine().runKernel(name, tensors, attributes as never) as unknown as Tensor | Tensor[];
    return [outputs].flat().map((tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) }));
  });
}

/** The same in double precision, on the cpu kernels. */
export const runKernel64 = (name: string, inputs: Record<string, Values>, attributes: object): Values[] =>
  runKernel(tf64 as unknown as TF, name, inputs, attributes);

/** Error of `actual` relative to the tolerance of single precision: above 1 it is wrong, and NaN counts as wrong. */
export function excess(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const { rtol, atolOfLargest } = TOLERANCE.float32;
  const largest = Math.max(...expected.map(Math.abs));
  return actual.reduce((worst, value, i) => {
    const room = rtol * Math.abs(expected[i]!) + atolOfLargest * largest;
    const difference = Math.abs(value - expected[i]!);
    const share = difference === 0 ? 0 : difference / room;
    return share <= worst ? worst : Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
  }, 0);
}

/** One line for every output that disagrees; empty if all agree. */
export function disagreements(actual: readonly Values[], expected: readonly Values[]): string[] {
  return expected.flatMap(({ shape, values }, k) => {
    const got = actual[k]!;
    if (String(got.shape) !== String(shape)) return [`output ${k}: expected [${shape}], got [${got.shape}]`];
    const beyond = excess(got.values, values);
    return beyond <= 1 ? [] : [`output ${k}: ${beyond} times the tolerance`];
  });
}

/** Starts a backend in this process and makes it current. */
export const start = async (name: 'wasm' | 'cpu'): Promise<TF> => (await startBackend(name)).tf;

/** The number of tensors and of data buffers in memory. */
export const held = (tf: TF) => ({
  tensors: tf.memory().numTensors,
  data: (tf.backend() as unknown as { numDataIds(): number }).numDataIds(),
});

/** Asserts that a kernel agrees with double precision, and leaks no memory. */
export const agreement =
  (tf: TF) =>
  (kernel: string, inputs: Record<string, Values>, attributes: object = {}): void => {
    const before = held(tf);
    expect(
      disagreements(runKernel(tf, kernel, inputs, attributes), runKernel64(kernel, inputs, attributes)),
    ).toEqual([]);
    expect(held(tf)).toEqual(before);
  };

/** The Cartesian product of the given lists. */
export function product<T extends Record<string, readonly unknown[]>>(
  choices: T,
): { [K in keyof T]: T[K][number] }[] {
  type Row = { [K in keyof T]: T[K][number] };
  return Object.entries(choices).reduce<Row[]>(
    (rows, [key, options]) => rows.flatMap((row) => options.map((option) => ({ ...row, [key]: option }))),
    [{} as Row],
  );
}
