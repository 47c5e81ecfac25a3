import { expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/types.ts';

tf.enableProdMode();
await tf.setBackend('wasm');
const options = { precision: 'float32', tf } as const;
const pool = (...values: number[]): GradcheckSpec => ({
  name: 'pool',
  inputs: { x: { shape: [1, 2, 2, 1], values } },
  forward: (t, { x }) => t.maxPool(x as never, 2, 2, 'valid'),
});

it('finds what the wasm backend computes wrong: max pooling of values that are all negative', async () => {
  const result = await gradcheck(pool(-4, -3, -2, -1), options);
  expect(result).toMatchObject({
    status: 'fail',
    stage: 'numbers',
    backend: 'wasm',
    inputs: { x: { wrong: 2 } },
  });
  expect(result.message).toContain('Odd one out: BACKEND wasm (tf autodiff, in single precision)');
});

it('and passes what it computes right', async () => {
  expect(await gradcheck(pool(4, 3, 2, 1), options)).toMatchObject({ status: 'pass' });
});

it('says which kernel it lacks', async () => {
  const conv: GradcheckSpec = {
    inputs: { filter: { shape: [2, 2, 1, 1], values: [-4, 3, -2, 1] } },
    forward: (t, { filter }) => t.conv2d(t.ones([1, 4, 4, 1]) as never, filter as never, 1, 'valid'),
  };
  const result = await gradcheck(conv, options);
  expect(result.status).toBe('unsupported');
  expect(result.message).toContain('Conv2DBackpropFilter');
});
