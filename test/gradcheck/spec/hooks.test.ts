import { expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { watchKernels } from '../../../src/gradcheck/spec/hooks.ts';

await tf.ready();

it('every kernel is seen before it runs, with its inputs and its attributes, if it has any', () => {
  const seen: unknown[] = [];
  const see = (kernel: string, inputs: object, attrs: object) =>
    seen.push([kernel, Object.keys(inputs), attrs]);
  const run = () => tf.tidy(() => tf.add(tf.tensor([1]), tf.cumsum(tf.tensor([2]))).dataSync()[0]);
  expect(watchKernels(tf, see, run)).toBe(3);
  expect(seen).toEqual([
    ['Cumsum', ['x'], { axis: 0, exclusive: false, reverse: false }],
    ['Add', ['a', 'b'], {}],
  ]);
  const fail = () => {
    tf.tidy(() => tf.neg(1));
    throw new Error('stopped');
  };
  expect(() => watchKernels(tf, see, fail)).toThrow('stopped');
  expect(seen.pop()).toEqual(['Neg', ['x'], {}]);
  run();
  expect(seen).toHaveLength(2);
});
