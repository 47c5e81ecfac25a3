import { afterEach, expect, it, jest } from '@jest/globals';
import type { Tensor4D } from '@tensorflow/tfjs';
import { keepShipped, replacedKernels, restoreShipped } from '../../src/tfjs/shipped.ts';
import { start } from '../support/kernels.ts';

const tf = await start('cpu');
const OF_NOBODY = { kernelName: 'Same', backendName: 'nobody', kernelFunc: () => [] };

afterEach(() => {
  for (const { kernelName } of tf.getKernelsForBackend('nobody')) tf.unregisterKernel(kernelName, 'nobody');
});

it('the shipped kernels of a backend run in place of the corrected ones, until these are restored', () => {
  // Windows of one pixel at every other place, with a border of 1: only the middle one lies in the image.
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const pooled = () => Array.from(tf.avgPool(x as Tensor4D, 1, 2, 1).dataSync());
  const right = [0, 0, 0, 0, 5, 0, 0, 0, 0];
  const replaced = replacedKernels('cpu');
  expect(replaced).toEqual(expect.arrayContaining(['AvgPool', 'Cumsum', 'Transform']));
  expect(replaced).not.toContain('Relu');
  expect(replaced).toEqual(replaced.toSorted());
  expect(pooled()).toEqual(right);
  const restoreOwn = restoreShipped('cpu');
  expect(replacedKernels('cpu')).toEqual([]);
  // Shipped, an output of the image's own shape is the image.
  expect(pooled()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  restoreOwn();
  expect(pooled()).toEqual(right);
  expect(replacedKernels('cpu')).toEqual(replaced);
});

it('a backend whose kernels were not kept has none to restore', () => {
  expect(() => restoreShipped('unknown')).toThrow('expected kernels of unknown to be kept, got none');
});

it('those kept first are restored and set up, and those that came later are gone meanwhile', () => {
  const setupFunc = jest.fn();
  tf.registerKernel({ ...OF_NOBODY, setupFunc });
  tf.registerKernel({ ...OF_NOBODY, kernelName: 'Untouched', setupFunc });
  keepShipped('nobody');
  const own = { ...OF_NOBODY, kernelFunc: () => [] };
  tf.unregisterKernel('Same', 'nobody');
  tf.registerKernel(own);
  tf.registerKernel({ ...OF_NOBODY, kernelName: 'Added' });
  keepShipped('nobody');
  expect(replacedKernels('nobody')).toEqual(['Added', 'Same']);
  const restoreOwn = restoreShipped('nobody');
  expect(setupFunc).toHaveBeenCalledTimes(1);
  expect(tf.getKernel('Added', 'nobody')).toBeUndefined();
  restoreOwn();
  expect(tf.getKernel('Same', 'nobody')).toBe(own);
  expect(tf.getKernel('Added', 'nobody')).toBeDefined();
});
