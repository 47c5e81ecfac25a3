import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../src/gradcheck/exact/index.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../../src/numerics/random.ts';
import { sizeOf } from '../../../src/numerics/shape.ts';
import { exact, subjectOf, tf } from './support.ts';

type Backward = (tf: TF, inputs: Record<string, Tensor>, dy: Tensor) => Tensor;

const random = uniformNumbers(5);
const numbers = (...shape: number[]) => ({
  shape,
  values: Float64Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1),
});
const FILTER = [0.5, -1, 2, 0.25];
const complexOf = (tf: TF, x: Tensor): Tensor => tf.complex(x, tf.zerosLike(x));

/** A function of x that goes through complex numbers, and its gradient by hand. */
const right: Record<string, GradcheckSpec & { readonly by: Backward }> = {
  // Re F is symmetric.
  'the real part of a Fourier transform': {
    inputs: { x: numbers(2, 6) },
    forward: (tf, { x }) => tf.real(tf.fft(complexOf(tf, x!))),
    by: (tf, _inputs, dy) => tf.real(tf.fft(complexOf(tf, dy))),
  },
  'its imaginary part, of length 16': {
    inputs: { x: numbers(16) },
    forward: (tf, { x }) => tf.imag(tf.fft(complexOf(tf, x!))),
    by: (tf, _inputs, dy) => tf.imag(tf.fft(complexOf(tf, dy))),
  },
  'an inverse transform of length 5': {
    inputs: { x: numbers(3, 5) },
    forward: (tf, { x }) => tf.real(tf.ifft(complexOf(tf, tf.square(x!)))),
    by: (tf, { x }, dy) => tf.mul(tf.mul(2, x!), tf.real(tf.ifft(complexOf(tf, dy)))),
  },
  // Parseval: |F x|^2 = n |x|^2.
  'power, by Parseval': {
    inputs: { x: numbers(12) },
    forward: (tf, { x }) => {
      const y = tf.fft(complexOf(tf, x!));
      return tf.add(tf.sum(tf.square(tf.real(y))), tf.sum(tf.square(tf.imag(y))));
    },
    by: (tf, { x }, dy) => tf.mul(dy, tf.mul(24, x!)),
  },
  'a convolution by the product of transforms': {
    inputs: { x: numbers(4) },
    forward: (tf, { x }) =>
      tf.real(tf.ifft(tf.mul(tf.fft(complexOf(tf, x!)), tf.fft(complexOf(tf, tf.tensor1d(FILTER)))))),
    // Correlation with the filter.
    by: (tf, _inputs, dy) => {
      const rows = [0, 1, 2, 3].map((at) => [0, 1, 2, 3].map((k) => FILTER[(k - at + 4) % 4]!));
      return tf.sum(tf.mul(tf.tensor2d(rows), dy), 1);
    },
  },
  'a transform of real numbers, and its inverse': {
    inputs: { x: numbers(2, 8) },
    forward: (tf, { x }) => tf.irfft(tf.rfft(x!)),
    by: (tf, _inputs, dy) => tf.clone(dy),
  },
  'products, sums and parts': {
    inputs: { x: numbers(3) },
    // Re((x + 2i)^2 - (x - i)) = x^2 - 4 - x
    forward: (tf, { x }) => {
      const two = tf.complex(x!, tf.fill([3], 2));
      return tf.real(tf.sub(tf.mul(two, two), tf.complex(x!, tf.fill([3], -1))));
    },
    by: (tf, { x }, dy) => tf.mul(dy, tf.sub(tf.mul(2, x!), 1)),
  },
  'an absolute value': {
    inputs: { x: numbers(4) },
    forward: (tf, { x }) => tf.square(tf.abs(tf.complex(x!, tf.mul(2, x!)))),
    by: (tf, { x }, dy) => tf.mul(dy, tf.mul(10, x!)),
  },
  'concatenated parts': {
    inputs: { x: numbers(2) },
    forward: (tf, { x }) => {
      const z = tf.complex(x!, tf.square(x!));
      return tf.imag(tf.concat([z, tf.mul(z, z)]));
    },
    // x^2, and 2 x^3
    by: (tf, { x }, dy) => {
      const [first, second] = tf.split(dy, 2);
      return tf.add(tf.mul(first!, tf.mul(2, x!)), tf.mul(second!, tf.mul(6, tf.square(x!))));
    },
  },
};

/** The spec with one element of the gradient multiplied by 1 + error. */
const withBackward = ({ by, ...spec }: (typeof right)[string], error: number): GradcheckSpec => ({
  ...spec,
  backward: (tf, inputs, dy) => {
    const { shape, size } = inputs.x!;
    const mask = tf.reshape(tf.oneHot([1], size, error, 0, 'float32'), shape);
    return { x: tf.mul(by(tf, inputs, dy), tf.add(1, mask)) };
  },
});

describe('complex numbers', () => {
  for (const [name, spec] of Object.entries(right)) {
    it(`${name}: proved, and not with one element times 1 + 1e-18`, () => {
      for (const seed of [1, 2]) {
        const { sides, cause } = exact(withBackward(spec, 0), { seed });
        expect([sides.yours?.verdict, cause]).toEqual(['proved', null]);
        // The sign of a root is ambiguous.
        const open = name === 'an absolute value';
        expect(exact(withBackward(spec, 1e-18), { seed }).verdict).toBe(open ? 'not proved' : 'refuted');
      }
    });

    it(`${name}: dual numbers have the same derivative`, () => {
      const subject = subjectOf(spec);
      let dyShape: number[] = [];
      let gradient = new Float64Array();
      const tensors = () =>
        Object.fromEntries(
          subject.inputs.map(({ name: key, values, shape }) => [
            key,
            tf.tensor(Array.from(values), shape as number[]),
          ]),
        );
      tf.tidy(() => {
        dyShape = spec.forward(tf, tensors()).shape;
      });
      const duals = new Duals(tf, subject, dyShape);
      tf.tidy(() => {
        const dy = tf.tensor(duals.dy.slice() as never, dyShape);
        gradient = Float64Array.from(spec.by(tf, tensors(), dy).dataSync());
      });
      duals.gradient('x').forEach((g, k) => {
        expect(g).toBeCloseTo(gradient[k]!, 9);
      });
    });
  }

  it('agree with constants that stand for sines and cosines', () => {
    const h = Math.SQRT1_2;
    const cosines = Array.from({ length: 8 }, (_, j) =>
      Array.from({ length: 8 }, (_, k) => [1, h, 0, -h, -1, -h, 0, h][(j * k) % 8]!),
    );
    const spec: GradcheckSpec = {
      inputs: { x: numbers(1, 8) },
      forward: (tf, { x }) => tf.real(tf.fft(complexOf(tf, x!))),
      backward: (tf, _inputs, dy) => ({ x: tf.matMul(dy, tf.tensor2d(cosines)) }),
    };
    for (const seed of [1, 2, 3]) expect(exact(spec, { seed }).sides.yours?.verdict).toBe('proved');
  });

  it('say why they cannot be proved', () => {
    const of = (forward: GradcheckSpec['forward'], size: number) =>
      exact({
        inputs: { x: numbers(size) },
        forward,
        backward: (tf, { x }) => ({ x: tf.zerosLike(x!) }),
      }).cause;
    expect(of((tf, { x }) => tf.real(tf.fft(complexOf(tf, x!))), 1009)).toMatch(
      /^a Fourier transform of length 1009: \d primes have its roots of unity, 3 lanes need one each$/,
    );
    const readBack: GradcheckSpec['forward'] = (tf, { x }) => tf.mul(x!, complexOf(tf, x!).dataSync()[0]!);
    expect(of(readBack, 2)).toBe('a value that depends on the inputs is read back');
  });
});
