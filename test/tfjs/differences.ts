import * as float64 from 'backproof/float64';
import { sizeOf } from '../../src/numerics/shape.ts';
import type { Tensor, TF } from '../../src/tfjs/types.ts';

/** A tensor of distinct values of both signs in -1..1, far apart: sines at steps of 1.3 radians. */
export function spread(shape: number[], phase = 1): Tensor {
  const size = sizeOf(shape);
  return float64.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + phase)),
    shape,
  );
}

/**
 * The largest |autodiff - differences| / (1 + |differences|) over every element of every input, for the sum of f's
 * output with unequal weights. Uses central differences of fourth order with h = 2^-10, for which truncation and
 * rounding are both near 1e-12.
 */
export function largestDisagreement(tf: TF, f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): number {
  const h = 2 ** -10;
  const loss = (...at: Tensor[]) => {
    const output = f(...at);
    return output.mul(spread(output.shape, 0.5)).sum();
  };
  const gradients = tf.grads(loss)(inputs);
  const disagreements = inputs.flatMap((input, k) => {
    const values = input.dataSync();
    const gradient = gradients[k]!.dataSync();
    return Array.from(values, (_, i) => {
      const at = (distance: number) =>
        tf.tidy(() => {
          const moved = Float64Array.from(values);
          moved[i]! += distance;
          return loss(...inputs.with(k, tf.tensor(moved as never, input.shape))).dataSync()[0]!;
        });
      const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      return Math.abs(gradient[i]! - numeric) / (1 + Math.abs(numeric));
    });
  });
  return Math.max(...disagreements);
}
