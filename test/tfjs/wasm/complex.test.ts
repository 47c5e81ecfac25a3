import { beforeAll, describe, expect, it } from '@jest/globals';
import { startBackend } from '../../../src/tfjs/backends.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';
import { fourier } from '../../../src/tfjs/wasm/fourier.ts';
import { excess, held, start, waves } from '../../support/kernels.ts';

const tf = await start('wasm');
beforeAll(async () => {
  await startBackend('wasm');
});

const real = (shape: number[], phase = 1): Tensor => tf.tensor(waves(shape, phase).values, shape);
const complex = (shape: number[], phase = 1): Tensor =>
  tf.complex(real(shape, phase), real(shape, phase + 2));

type Result = { shape: number[]; dtype: string; values: number[] };

/** The result on the current backend. Checks that no tensors are left over. */
function resultOf(f: (on: TF) => Tensor): Result {
  const before = held(tf);
  const y = tf.tidy(() => f(tf));
  const found = { shape: y.shape, dtype: y.dtype, values: Array.from(y.dataSync()) };
  y.dispose();
  expect(held(tf)).toEqual(before);
  return found;
}

async function onCpu(f: (on: TF) => Tensor): Promise<Result> {
  await startBackend('cpu');
  try {
    const y = tf.tidy(() => f(tf));
    return { shape: y.shape, dtype: y.dtype, values: Array.from(y.dataSync()) };
  } finally {
    await startBackend('wasm');
  }
}

const functions: Record<string, () => Tensor> = {
  complex: () => complex([2, 3]),
  'complex of nothing': () => complex([0]),
  'complex scalar': () => complex([]),
  real: () => tf.real(complex([2, 3])),
  imag: () => tf.imag(complex([2, 3])),
  abs: () => tf.abs(complex([2, 3])),
  add: () => tf.add(complex([2, 3]), complex([3], 4)),
  'add of a real number': () => tf.add(complex([2, 3]), real([2, 1], 4)),
  sub: () => tf.sub(complex([2, 1]), complex([2, 3], 4)),
  mul: () => tf.mul(complex([2, 3]), complex([2, 3], 4)),
  'mul by a number': () => tf.mul(complex([2, 3]), 2.5),
  'mul by int32': () => tf.mul(complex([3]), tf.tensor1d([2, -3, 4], 'int32')),
  'cast to complex': () => tf.cast(real([3]), 'complex64'),
  'cast to itself': () => tf.cast(complex([3]), 'complex64'),
  'cast to float32': () => tf.cast(complex([3]), 'float32'),
  'cast to int32': () => tf.cast(tf.mul(complex([3]), 10), 'int32'),
  concat: () => tf.concat([complex([2, 1]), complex([2, 3], 4)], 1),
  reshape: () => tf.reshape(complex([2, 3]), [3, 2]),
  clone: () => tf.clone(complex([2, 3])),
  zerosLike: () => tf.zerosLike(complex([2, 3])),
  onesLike: () => tf.onesLike(complex([2, 3])),
  stft: () => tf.abs(tf.signal.stft(real([12]) as never, 5, 3)),
};
for (const length of [1, 2, 3, 4, 5, 6, 8, 12, 16]) {
  functions[`fft of ${length}`] = () => tf.fft(complex([2, length]));
  functions[`ifft of ${length}`] = () => tf.ifft(complex([3, 1, length]));
  functions[`rfft of ${length}`] = () => tf.spectral.rfft(real([2, length]));
}
for (const length of [2, 3, 5])
  functions[`irfft of ${length}`] = () => tf.spectral.irfft(complex([2, length]));

describe('complex numbers on wasm', () => {
  it.each(Object.keys(functions))('%s is what it is on cpu, and leaves nothing', async (name) => {
    const expected = await onCpu(functions[name]!);
    const { shape, dtype, values } = resultOf(functions[name]!);
    expect({ shape, dtype }).toEqual({ shape: expected.shape, dtype: expected.dtype });
    expect(excess(values, expected.values)).toBeLessThanOrEqual(1);
  });

  it('are multiplied as they should be', () => {
    // (1 + 2i)(3 - i) = 5 + 5i
    const product = resultOf(() => tf.mul(tf.complex([1], [2]), tf.complex([3], [-1])));
    expect(product).toEqual({ shape: [1], dtype: 'complex64', values: [5, 5] });
  });

  it('are read by data() as well, and come from cpu', async () => {
    await startBackend('cpu');
    const z = tf.complex([1, 2], [3, 4]);
    await startBackend('wasm');
    expect(Array.from(tf.real(z).dataSync())).toEqual([1, 2]);
    expect(Array.from(await tf.add(z, z).data())).toEqual([2, 6, 4, 8]);
  });

  it('stay when memory grows', () => {
    const z = tf.complex([1, 2], [3, 4]);
    // 256 MB, more than the backend starts with.
    const large = tf.zeros([64, 1024, 1024]);
    expect(Array.from(tf.mul(z, 1).dataSync())).toEqual([1, 3, 2, 4]);
    large.dispose();
  });
});

describe('the Fourier transform', () => {
  it.each([1, 2, 3, 4, 6, 8, 10, 32])(
    'of %i numbers is the sum that defines it, and its inverse undoes it',
    (n) => {
      const x = Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(1.3 * i + 1));
      const sums = Array.from({ length: n }, (_, k) => {
        let [re, im] = [0, 0];
        for (let j = 0; j < n; j++) {
          const angle = (-2 * Math.PI * j * k) / n;
          re += x[2 * j]! * Math.cos(angle) - x[2 * j + 1]! * Math.sin(angle);
          im += x[2 * j]! * Math.sin(angle) + x[2 * j + 1]! * Math.cos(angle);
        }
        return [re, im];
      }).flat();
      const y = fourier(x, false);
      for (const [i, part] of sums.entries()) expect(y[i]).toBeCloseTo(part, 12);
      const back = fourier(Float32Array.from(y), true);
      for (const [i, part] of x.entries()) expect(back[i]).toBeCloseTo(part, 6);
    },
  );
});
