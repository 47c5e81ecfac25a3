import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import {
  type Disturbance,
  KernelInterceptor,
  recordValues,
  replayDisturbed,
} from '../../../../src/gradcheck/numeric/kernels/perturb.ts';
import { heldOperands } from '../../../../src/gradcheck/numeric/kernels/rounding.ts';
import type { Tensor } from '../../../../src/gradcheck/types.ts';

const kernelsNow = () => tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc);
const untouched = kernelsNow();
const interceptor = new KernelInterceptor(tf);
const run = (f: () => Tensor) => () => tf.tidy(() => Array.from(f().dataSync()));
const disturb = (f: () => number[], more: Partial<Disturbance> = {}): number[] => {
  const { tape } = recordValues(interceptor, f);
  const none = { random: () => 1, rounding: 0, uploads: new Set<number>(), uploadRounding: 0 };
  return replayDisturbed(interceptor, tape, { ...none, ...more }, f);
};

describe('a run that is recorded', () => {
  it('has the float inputs and outputs of every kernel, and the float arrays from JavaScript', () => {
    const f = run(() => {
      const [a, b] = [tf.tensor([1, 2]), tf.tensor([3, 5])];
      return tf.mul(tf.add(a, b), tf.cast(tf.tensor([2, 2], [2], 'int32'), 'float32'));
    });
    const { result, tape } = recordValues(interceptor, f);
    expect(result).toEqual([8, 14]);
    const [cast, ...kernels] = tape.kernels.toSorted((a) => (a.kernel === 'Cast' ? -1 : 0));
    expect(cast).toMatchObject({ kernel: 'Cast', scale: null });
    expect(cast!.inputs).toEqual({});
    expect(kernels.map(({ kernel }) => kernel)).toEqual(['Add', 'Multiply']);
    expect(Object.values(kernels[0]!.inputs).map((x) => Array.from(x))).toEqual([
      [1, 2],
      [3, 5],
    ]);
    expect(kernels[0]!.outputs.map((y) => Array.from(y!))).toEqual([[4, 7]]);
    expect(tape.uploads.map((x) => Array.from(x))).toEqual([
      [1, 2],
      [3, 5],
    ]);
    const whole = recordValues(
      interceptor,
      run(() => tf.argMax(tf.tensor([1, 3]))),
    ).tape;
    expect(whole.kernels.map(({ outputs, scale }) => [...outputs, scale])).toEqual([[null, null]]);
  });

  it('leaves kernels and the backend as they were, also after an error', () => {
    const backend = tf.backend();
    expect(() =>
      recordValues(interceptor, () => {
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    expect(Object.hasOwn(backend, 'write')).toBe(false);
    expect(kernelsNow().every((kernel, k) => kernel === untouched[k])).toBe(true);
    const own = backend.write;
    backend.write = own;
    recordValues(
      interceptor,
      run(() => tf.tensor([1])),
    );
    expect([Object.hasOwn(backend, 'write'), backend.write === own]).toEqual([true, true]);
    Reflect.deleteProperty(backend, 'write');
  });

  it('disposes what it made', () => {
    const before = tf.backend().numDataIds();
    disturb(
      // At 1e-3 and less, rounding leads out of the domain of the logarithm.
      run(() => tf.sum(tf.log(tf.sub(tf.tensor([1, 2]), tf.tensor([1 - 2 ** -10, 1]))))),
      { rounding: 0.25, random: () => -8 },
    );
    expect(tf.backend().numDataIds()).toBe(before);
  });
});

describe('operands that leave the domain of their kernel', () => {
  const held = (kernel: string, values: Record<string, number[]>, base: Record<string, number[]>) => {
    const arrays = (record: Record<string, number[]>) =>
      Object.fromEntries(Object.entries(record).map(([name, x]) => [name, Float64Array.from(x)]));
    const found = heldOperands(kernel, arrays(values), arrays(base));
    return Object.fromEntries(Object.entries(found).map(([name, x]) => [name, Array.from(x)]));
  };
  it.each<[string, Record<string, number[]>, Record<string, number[]>, Record<string, number[]>]>([
    ['Log', { x: [-1e-20, 2] }, { x: [1e-20, 1] }, { x: [1e-20, 2] }],
    ['Log', { x: [1e-21, 2] }, { x: [1e-20, 1] }, {}],
    ['Sqrt', { x: [-1e-20, 0, 1] }, { x: [0, 0, 2] }, { x: [0, 0, 1] }],
    ['Acos', { x: [1.1, -1.1, 1] }, { x: [1, -1, 1] }, { x: [1, -1, 1] }],
    ['Acosh', { x: [0.9, 2] }, { x: [1, 2] }, { x: [1, 2] }],
    ['Exp', { x: [-5] }, { x: [5] }, {}],
    // Whole exponents stay; a base keeps its side of 0 unless all exponents are whole.
    ['Pow', { a: [-1e-20, 2], b: [2, 3] }, { a: [0, 2], b: [2, 3] }, {}],
    ['Pow', { a: [-1e-20, 2], b: [2, 0.5] }, { a: [0, 2], b: [2, 0.5] }, { a: [0, 2] }],
    ['Pow', { a: [0, 2], b: [2, 0.5] }, { a: [1e-20, 2], b: [2, 0.5] }, {}],
    ['Pow', { a: [1, -2], b: [2.001, 0.6] }, { a: [1, -3], b: [2, 0.5] }, { b: [2, 0.6] }],
    ['Pow', { a: [1], b: [2.001] }, { a: [1, 1], b: [2, 2] }, {}],
  ])('%s %j, at first %j', (kernel, values, base, wanted) => {
    expect(held(kernel, values, base)).toEqual(wanted);
  });
});

describe('a run that is disturbed', () => {
  const product = run(() => tf.mul(tf.tensor([2, -3]), tf.tensor([5, 7])));

  it('moves every result by its rounding, up or down', () => {
    expect(disturb(product)).toEqual([10, -21]);
    const up = disturb(product, { rounding: 2 ** -10 });
    expect(up).toEqual([10 * (1 + 2 ** -10), -21 + 21 * 2 ** -10]);
    const down = disturb(product, { rounding: 2 ** -10, random: () => -0.5 });
    expect(down).toEqual([10 * (1 - 2 ** -11), -21 - 21 * 2 ** -11]);
  });

  it('moves only the uploads that are named', () => {
    expect(disturb(product, { uploads: new Set([1]), uploadRounding: 0.5 })).toEqual([15, -31.5]);
    expect(disturb(product, { uploads: new Set([0, 1]), uploadRounding: 0.5, random: () => -0.5 })).toEqual([
      5.625, -11.8125,
    ]);
    expect(disturb(product, { uploads: new Set([2]), uploadRounding: 0.5 })).toEqual([10, -21]);
  });

  it('keeps a result that would not be finite, and was not', () => {
    const large = run(() => tf.mul(tf.tensor([1.7e308, 1]), 1));
    expect(disturb(large, { rounding: 0.25 })).toEqual([1.7e308, 1.25]);
    const infinite = run(() => tf.mul(tf.tensor([1e308, 1]), 1e10));
    expect(disturb(infinite, { rounding: 0.25 })).toEqual([Number.POSITIVE_INFINITY, 1.25e10]);
  });

  it('leaves other kernels alone, and those after them', () => {
    let runs = 0;
    const branching = run(() => (runs++ === 0 ? tf.add(tf.tensor([2]), 3) : tf.mul(tf.tensor([2]), 3)));
    expect(disturb(branching, { rounding: 0.25 })).toEqual([6]);
    let sizes = 0;
    const growing = run(() => tf.mul(tf.ones([++sizes]), 3));
    expect(disturb(growing, { rounding: 0.25 })).toEqual([3, 3]);
  });

  it('keeps operands in the domain of their kernel', () => {
    // 1 - x^2 at 1: the root of what rounding leaves below 0
    const root = run(() => tf.sqrt(tf.sub(1, tf.square(tf.tensor([1])))));
    expect(disturb(root, { rounding: 1e-3 })[0]).toBeGreaterThanOrEqual(0);
    expect(disturb(root, { rounding: 1e-3, random: () => -1 })[0]).not.toBeNaN();
  });

  it('returns a list where the kernel does', () => {
    const parts = () =>
      tf.tidy(() => tf.split(tf.mul(tf.tensor([1, 2]), 1), 2).flatMap((part) => Array.from(part.dataSync())));
    expect(disturb(parts, { rounding: 0.5 })).toEqual([1.5, 3]);
  });
});
