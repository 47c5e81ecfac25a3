import { expect, it } from '@jest/globals';
import type { NamedTensorMap } from '@tensorflow/tfjs';
import * as tf from 'backproof/float64';
import type { Tensor } from '../../../src/tfjs/types.ts';
import { spread } from '../differences.ts';

/** The fused kernel is the shipped one, and multiplies with the shipped code. */
function bitsOf(kernel: 'BatchMatMul' | '_FusedMatMul', a: Tensor, b: Tensor, turned: readonly boolean[]) {
  const [transposeA, transposeB] = turned as [boolean, boolean];
  const attrs = { transposeA, transposeB, ...(kernel === 'BatchMatMul' ? {} : { activation: 'linear' }) };
  const y = tf.engine().runKernel(kernel, { a, b } as unknown as NamedTensorMap, attrs) as Tensor;
  return [y.shape, new BigUint64Array((y.dataSync() as unknown as Float64Array).slice().buffer)];
}

const TURNED = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;
const SIZES: [batchesA: number[], batchesB: number[], height: number, inner: number, width: number][] = [
  [[], [], 1, 144, 1],
  [[], [], 3, 101, 6],
  [[], [], 50, 7, 49],
  [[3], [3], 4, 49, 5],
  [[2, 2], [2, 2], 2, 3, 4],
  [[2], [1], 2, 96, 3],
  [[], [], 5, 1, 4],
  [[2], [1], 3, 1, 2],
];

it.each(SIZES)('%j x %j of %d x %d by %d: to the last bit as shipped', (batchesA, batchesB, h, n, w) => {
  for (const turned of TURNED) {
    const a = spread([...batchesA, ...(turned[0] ? [n, h] : [h, n])]);
    const b = spread([...batchesB, ...(turned[1] ? [w, n] : [n, w])], 2);
    expect(bitsOf('BatchMatMul', a, b, turned)).toEqual(bitsOf('_FusedMatMul', a, b, turned));
  }
});

it('a product that is -0 is 0, as it is by the shipped kernel, which adds it to 0', () => {
  const [a, b] = [tf.tensor2d([[0], [1]]), tf.tensor2d([[-1, 0]])];
  expect([...tf.matMul(a, b).dataSync()]).toEqual([0, 0, -1, 0]);
  expect(bitsOf('BatchMatMul', a, b, TURNED[0])).toEqual(bitsOf('_FusedMatMul', a, b, TURNED[0]));
});

it('batches that are broadcast: each product by itself', () => {
  const [a, b] = [spread([2, 1, 2, 3]), spread([2, 2, 3, 4], 2)];
  const one = (i: number, j: number): Tensor =>
    tf.matMul(
      tf.reshape(tf.slice(a, [i, 0, 0, 0], [1, 1, 2, 3]), [2, 3]),
      tf.reshape(tf.slice(b, [i, j, 0, 0], [1, 1, 3, 4]), [3, 4]),
    );
  const each = tf.stack([0, 1].map((i) => tf.stack([0, 1].map((j) => one(i, j)))));
  const product = tf.matMul(a, b);
  expect([product.shape, product.dataSync()]).toEqual([[2, 2, 2, 4], each.dataSync()]);
});

it('leaves whole numbers and sides that do not fit to the shipped kernel', () => {
  const whole = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
  expect(tf.matMul(whole, whole).dtype).toBe('int32');
  expect(() => bitsOf('BatchMatMul', spread([2, 3]), spread([2, 3]), [false, false])).toThrow(
    'inner shapes (3) and (2)',
  );
  expect(() => bitsOf('BatchMatMul', spread([2, 3]), spread([3]), [false, false])).toThrow();
});
