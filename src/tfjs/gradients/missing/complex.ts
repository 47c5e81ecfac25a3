import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { type KernelGradient, kernelGradient } from '../gradient.ts';

/**
 * Gradients through complex numbers: dz = dL/dRe z + i dL/dIm z, the direction of steepest ascent, as in TensorFlow and
 * PyTorch. TensorFlow.js has none, and its tape refuses them: see tape.ts.
 */

/** f applied to the real and to the imaginary part. */
export const partwise = (tf: TF, z: Tensor, f: (part: Tensor) => Tensor): Tensor =>
  tf.complex(f(tf.real(z)), f(tf.imag(z)));

const scaled = (tf: TF, z: Tensor, by: Tensor | number): Tensor =>
  partwise(tf, z, (part) => tf.mul(part, by));

/** z = x + iy: dx = Re dz, dy = Im dz. */
const complex = kernelGradient({
  kernelName: 'Complex',
  gradFunc: (tf, dz) => ({ real: () => tf.real(dz), imag: () => tf.imag(dz) }),
});

/** x = Re z: dz = dx. */
const real = kernelGradient({
  kernelName: 'Real',
  gradFunc: (tf, dx) => ({ input: () => tf.complex(dx, tf.zerosLike(dx)) }),
});

/** y = Im z: dz = i dy. */
const imag = kernelGradient({
  kernelName: 'Imag',
  gradFunc: (tf, dy) => ({ input: () => tf.complex(tf.zerosLike(dy), dy) }),
});

/** r = |z|: dz = dr z / |z|, and 0 at 0. TensorFlow.js uses the gradient of a real number's abs. */
const complexAbs = kernelGradient({
  kernelName: 'ComplexAbs',
  inputsToSave: ['x'],
  gradFunc: (tf, dr, saved) => {
    const z = saved[0]!;
    return { x: () => scaled(tf, z, tf.divNoNan(dr, tf.abs(z))) };
  },
});

/** y = F x, where F is the symmetric matrix of the discrete Fourier transform: dx = conj(F) dy = n F^-1 dy. */
const fft = kernelGradient({
  kernelName: 'FFT',
  gradFunc: (tf, dy) => ({ input: () => scaled(tf, tf.ifft(dy), dy.shape.at(-1)!) }),
});

/** y = F^-1 x = conj(F) x / n: dx = F dy / n. */
const ifft = kernelGradient({
  kernelName: 'IFFT',
  gradFunc: (tf, dy) => ({ input: () => scaled(tf, tf.fft(dy), 1 / dy.shape.at(-1)!) }),
});

export const complexNumbers: readonly KernelGradient[] = [complex, real, imag, complexAbs, fft, ifft];

/** y = a b: da = dy conj(b), db = dy conj(a), each summed over the broadcast axes. For complex numbers only. */
export function complexProductGradient(
  tf: TF,
  dy: Tensor,
  [a, b]: readonly [Tensor, Tensor],
): Record<string, () => Tensor> {
  const through = (other: Tensor): Tensor => {
    const z = other.dtype === 'complex64' ? other : tf.complex(other, tf.zerosLike(other));
    return tf.mul(dy, tf.complex(tf.real(z), tf.neg(tf.imag(z))));
  };
  return { a: () => through(b), b: () => through(a) };
}
