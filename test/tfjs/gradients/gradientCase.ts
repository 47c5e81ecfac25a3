import type { Tensor } from '@tensorflow/tfjs';
import { sizeOf } from '../../../src/numerics/shape.ts';
import type { TF } from '../../../src/tfjs/types.ts';

/** A function whose derivative needs a gradient of this package. */
export interface GradientCase {
  /** The kernel for which the gradient is registered. */
  readonly kernel: string;
  readonly name: string;
  readonly inputs: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
  readonly forward: (tf: TF, inputs: Record<string, Tensor>) => Tensor;
}

/** Distinct values of both signs in -1..1, far apart: sines at steps of 1.3 radians. */
export const signed = (
  shape: readonly number[],
  phase = 1,
): { shape: readonly number[]; values: number[] } => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1.3 * i + phase)),
});
export const given = (shape: readonly number[], values: readonly number[]) => ({ shape, values });

export const of = (
  kernel: string,
  name: string,
  shape: readonly number[],
  f: (tf: TF, x: Tensor) => Tensor,
): GradientCase => ({ kernel, name, inputs: { x: signed(shape) }, forward: (tf, { x }) => f(tf, x!) });
export const ofTwo = (
  kernel: string,
  name: string,
  shapes: readonly [readonly number[], readonly number[]],
  f: (tf: TF, a: Tensor, b: Tensor) => Tensor,
): GradientCase => ({
  kernel,
  name,
  inputs: { a: signed(shapes[0]), b: signed(shapes[1], 2) },
  forward: (tf, { a, b }) => f(tf, a!, b!),
});

/** An int32 tensor; by default the values as a vector. */
export const int = (tf: TF, values: readonly number[], shape: readonly number[] = [values.length]): Tensor =>
  tf.tensor([...values], [...shape], 'int32');
export const float = (tf: TF, t: Tensor): Tensor => tf.cast(t, 'float32');
