import { expect, it } from '@jest/globals';
import { einsum } from '../../../src/tfjs/wasm/einsum.ts';
import { start } from '../../support/kernels.ts';

const tf = await start('wasm');

it.each<[one: 'float32' | 'int32', other: 'float32' | 'int32', product: string]>([
  ['float32', 'float32', 'float32'],
  ['int32', 'float32', 'float32'],
  ['int32', 'int32', 'int32'],
])('einsum of %s and %s has the type %s', (one, other, product) => {
  const y = tf.einsum('i,i->', tf.tensor1d([1, 2], one), tf.tensor1d([3, -4], other));
  expect([y.dtype, y.dataSync()[0]]).toEqual([product, -5]);
});

it.each(['complex64', 'bool'])('einsum refuses %s, be it the first or the second', (dtype) => {
  const [strange, right] = [{ dtype }, { dtype: 'float32' }];
  for (const inputs of [
    { a: strange, b: right },
    { a: right, b: strange },
  ])
    expect(() => einsum({ inputs: inputs as never, attrs: { equation: 'i,i->' }, backend: {} })).toThrow(
      `einsum: expected float32 or int32 on wasm, got ${dtype}: cast it, or use cpu`,
    );
});
