import { afterAll, expect, it } from '@jest/globals';
import type { Tensor4D } from '@tensorflow/tfjs';
import * as float64 from 'backproof/float64';
import { registerGradientsOn } from '../../../src/tfjs/gradients/register.ts';
import { withoutGradient } from '../../../src/tfjs/gradients/without.ts';
import type { Tensor, TF } from '../../../src/tfjs/types.ts';

const tf = float64 as unknown as TF;
const putBack = registerGradientsOn(tf);
afterAll(() => putBack());

it('every kernel of the cpu backend has a gradient, or its reason', () => {
  const kernels = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  const without = kernels.filter((kernel) => tf.getGradient(kernel) == null);
  const listed = withoutGradient.filter(({ input }) => input === null).map(({ kernel }) => kernel);
  expect(listed.toSorted()).toEqual(without.toSorted());
});

it('every op that is named is there', () => {
  const named = withoutGradient.flatMap(({ op }) => op ?? []);
  const missing = named.filter((op) => {
    const found = op
      .split('.')
      .reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], tf);
    return typeof found !== 'function';
  });
  expect(missing).toEqual([]);
});

it('a gradient that is missing is refused, and is no zero', () => {
  const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  const of = (t: Tensor): Tensor => tf.image.transform(image as Tensor4D, tf.reshape(t, [1, 8]) as never);
  expect(() => tf.grad(of)(tf.tensor1d([1, 0, 0, 0, 1, 0, 0, 0]))).toThrow(
    'Cannot backprop through input transforms',
  );
  expect(() => tf.grad((t: Tensor) => tf.unique(t).values)(tf.tensor1d([1, 2, 1]))).toThrow(
    'gradient function not found for Unique',
  );
});

it.each(['FusedConv2D', 'FusedDepthwiseConv2D', '_FusedMatMul'])(
  '%s has one of its linear activation only',
  (kernel) => {
    const one = tf.ones([1, 1, 1, 1]);
    const gradient = (activation: string) =>
      tf.getGradient(kernel).gradFunc(one, [one, one, one], { activation, strides: 1, pad: 'valid' });
    expect(Object.keys(gradient('linear'))).toContain('bias');
    expect(() => gradient('relu')).toThrow(
      `${kernel}: expected the activation linear in a gradient, got relu`,
    );
  },
);
