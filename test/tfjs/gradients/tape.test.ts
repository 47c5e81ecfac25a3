import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';

const tf = float64 as unknown as TF;
let putBack = () => {};
beforeAll(() => {
  putBack = registerGradientsOn(tf);
});
afterAll(() => putBack());

const numbers = (t: Tensor): number[] => Array.from(t.dataSync());
const at = [-1.3, -0.2, 0.4, 1.7];
const x = tf.tensor1d(at);
const closeTo = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 12));

describe('derivatives of derivatives', () => {
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  const second: readonly [string, (x: Tensor) => Tensor, (v: number) => number][] = [
    ['sigmoid', tf.sigmoid, (v) => sigmoid(v) * (1 - sigmoid(v)) * (1 - 2 * sigmoid(v))],
    ['tanh', tf.tanh, (v) => -2 * Math.tanh(v) * (1 - Math.tanh(v) ** 2)],
    ['exp', tf.exp, Math.exp],
    ['elu', tf.elu, (v) => (v < 0 ? Math.exp(v) : 0)],
    ['x exp(x)', (t) => tf.mul(t, tf.exp(t)), (v) => (2 + v) * Math.exp(v)],
    ['logSigmoid', (t) => tf.logSigmoid(t), (v) => -sigmoid(v) * (1 - sigmoid(v))],
  ];

  it.each(second)('of %s', (_name, f, expected) => {
    expect(numbers(tf.grad(tf.grad(f))(x))).toEqual(closeTo(at.map(expected)));
  });

  it('of the third order', () => {
    expect(numbers(tf.grad(tf.grad(tf.grad(tf.exp)))(x))).toEqual(closeTo(at.map(Math.exp)));
  });

  it('are lost or wrong without: as upstream', () => {
    putBack();
    try {
      expect(() => tf.grad(tf.grad(tf.sigmoid))(x)).toThrow('Cannot compute gradient of y=f(x)');
      const got = numbers(tf.grad(tf.grad((t: Tensor) => tf.mul(t, tf.exp(t))))(x));
      expect(got).not.toEqual(closeTo(at.map((v) => (2 + v) * Math.exp(v))));
    } finally {
      putBack = registerGradientsOn(tf);
    }
  });
});

describe('what is constant between steps', () => {
  const float = (t: Tensor): Tensor => tf.cast(t, 'float32');
  it.each<[string, (x: Tensor) => Tensor, number[]]>([
    ['a choice', (t) => tf.where(tf.greater(t, 0), t, tf.mul(t, 0.1)), [0.1, 0.1, 1, 1]],
    ['only truth values', (t) => float(tf.logicalAnd(tf.greater(t, 0), tf.less(t, 1))), [0, 0, 0, 0]],
    ['integers, and the number beside them', (t) => tf.add(t, float(tf.cast(t, 'int32'))), [1, 1, 1, 1]],
    ['the place of the largest', (t) => tf.gather(t, tf.argMax(t)), [0, 0, 0, 1]],
    ['truth values themselves', (t) => tf.greater(t, 0), [0, 0, 0, 0]],
    ['a sample', (t) => tf.mul(tf.sum(t), float(tf.multinomial(t as never, 1, 3)).sum()), []],
  ])('has no gradient: %s', (_name, f, expected) => {
    const got = numbers(tf.grad(f)(x));
    if (expected.length > 0) expect(got).toEqual(closeTo(expected));
    else expect(new Set(got).size).toBe(1);
  });

  it('does not hold for an integer that is asked for', () => {
    const count = tf.tensor1d([2, 3], 'int32');
    expect(numbers(tf.grad((t: Tensor) => tf.mul(float(t), 4))(count))).toEqual([4, 4]);
  });

  it('is told from what does not lead there at all', () => {
    expect(() => tf.grad(() => tf.scalar(1))(x)).toThrow('Cannot compute gradient of y=f(x)');
    const ofOne = tf.grads((t: Tensor) => tf.where(tf.greater(t, 0), t, tf.square(t)));
    expect(() => ofOne([x, tf.ones([4])])).toThrow('Cannot compute gradient of y=f(x)');
  });
});

describe('complex numbers', () => {
  it('have no gradient through a kernel that has only one of real numbers: an error, and no wrong number', () => {
    tf.registerKernel({
      kernelName: 'Same',
      backendName: 'cpu',
      kernelFunc: ({ inputs, backend }) => {
        const { dataId, shape, dtype } = inputs.x!;
        (backend as { incRef(dataId: object): void }).incRef(dataId);
        return { dataId, shape, dtype };
      },
    });
    tf.registerGradient({ kernelName: 'Same', gradFunc: (dy) => ({ x: () => dy as Tensor }) });
    const same = (t: Tensor): Tensor => tf.engine().runKernel('Same', { x: t });
    try {
      expect(numbers(tf.grad((t: Tensor) => same(tf.square(t)))(x))).toEqual(at.map((v) => 2 * v));
      const f = (t: Tensor): Tensor => tf.real(same(tf.complex(t, t)));
      expect(() => tf.grad(f)(x)).toThrow('gradient function not found for Same of complex numbers');
    } finally {
      tf.unregisterKernel('Same', 'cpu');
      tf.unregisterGradient('Same');
    }
  });

  it('come as they are to a customGrad', () => {
    const conjugate = tf.customGrad((z) => ({
      value: tf.complex(tf.real(z as Tensor), tf.neg(tf.imag(z as Tensor))),
      gradFunc: (dy: Tensor) => tf.complex(tf.real(dy), tf.neg(tf.imag(dy))),
    }));
    const f = (t: Tensor): Tensor => tf.imag(conjugate(tf.complex(tf.square(t), tf.mul(t, 3))));
    expect(numbers(tf.grad(f)(x))).toEqual(closeTo(at.map(() => -3)));
  });
});

describe('the tensors of a gradient', () => {
  it.each<[string, (x: Tensor) => Tensor]>([
    ['a saved output', tf.sigmoid],
    ['complex numbers', (t) => tf.abs(tf.fft(tf.complex(t, t)))],
    ['logSigmoid of an intermediate', (t) => tf.logSigmoid(tf.mul(t, 2))],
    ['einsum', (t) => tf.einsum('i,i->', t, t)],
    ['a choice', (t) => tf.where(tf.greater(t, 0), t, tf.square(t))],
  ])('are freed: %s', (_name, f) => {
    for (const grad of [tf.grad(f), tf.grad(tf.grad(f))]) {
      const before = tf.memory().numTensors;
      grad(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
      const { state } = tf.engine() as unknown as { state: { activeTape: unknown } };
      expect(state.activeTape).toBeNull();
    }
  });
});
