import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/types.ts';
import { inputsFrom } from '../specs.ts';

const SIZE = 4_000;
const { signed } = inputsFrom(6);
const big = signed(SIZE);
const WRONG = 2_345;

/** tanh(x * scale) + bias, with one element of x's gradient off by a factor. */
const scaled = (factor: number, withAutodiff = true): GradcheckSpec => ({
  name: 'scaled',
  inputs: { x: big, bias: [0.25] },
  forward: (tf, { x, bias }) => {
    const y = tf.add(tf.tanh(tf.mul(x!, 0.5)), bias!);
    // Cumprod has no gradient in TensorFlow.js; on a single element it is the identity.
    return withAutodiff ? y : tf.reshape(tf.cumprod(tf.reshape(y, [SIZE, 1]), 1), [SIZE]);
  },
  backward: (tf, { x }, dy) => {
    const t = tf.tanh(tf.mul(x!, 0.5));
    const right = tf.mul(dy, tf.mul(0.5, tf.sub(1, tf.square(t))));
    const factors = new Float64Array(SIZE).fill(1);
    factors[WRONG] = factor;
    return { x: tf.mul(right, tf.tensor1d(factors as never)), bias: tf.reshape(tf.sum(dy), [1]) };
  },
});

describe('sampled', () => {
  it('checks samples of every input, small ones whole', async () => {
    const result = await gradcheck(scaled(1), { mode: 'sampled', samples: 20 });
    expect(result).toMatchObject({
      status: 'pass',
      mode: 'sampled',
      inputs: { x: { checked: 20, size: SIZE }, bias: { checked: 1, size: 1 } },
    });
  });

  it('finds the one wrong element of many where it disagrees with autodiff', async () => {
    const result = await gradcheck(scaled(1.0005), { mode: 'sampled', samples: 20 });
    expect(result).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    expect(result.inputs.x!.worst!.index).toEqual([WRONG]);
    expect(result.looksLike).toContain(`one element only, x[${WRONG}]: 1.00050 x`);
  });

  it('takes other samples with another seed, and the same with the same', async () => {
    const run = async (seed: number) =>
      (await gradcheck(scaled(1), { mode: 'sampled', samples: 5, seed })).inputs.x!.worst;
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});

describe('directional', () => {
  it('passes right gradients, and says that it is a screen', async () => {
    const result = await gradcheck(scaled(1), { mode: 'directional' });
    expect(result).toMatchObject({
      status: 'pass',
      inputs: { x: { checked: 0, directions: 4 }, bias: { directions: 4 } },
    });
    expect(result.message).toContain('A screen only');
  });

  it('bisects a failure to the element, without autodiff', async () => {
    const result = await gradcheck(scaled(1.1, false), { mode: 'directional' });
    expect(result).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
      inputs: { bias: { status: 'pass' } },
    });
    expect(result.inputs.x!.failures.map(({ index }) => index)).toEqual([[WRONG]]);
  });
});

it('reports progress', async () => {
  const seen: number[] = [];
  await gradcheck(
    { inputs: { x: signed(50) }, forward: (tf, { x }) => tf.sin(x!) },
    { onProgress: (done) => seen.push(done) },
  );
  expect(seen.at(-1)).toBe(50);
});

it('tolerances can be given', async () => {
  const off: GradcheckSpec = {
    inputs: { x: signed(3) },
    forward: (tf, { x }) => tf.sin(x!),
    backward: (tf, { x }, dy) => ({ x: tf.mul(1.001, tf.mul(dy, tf.cos(x!))) }),
  };
  expect(await gradcheck(off)).toMatchObject({ status: 'fail' });
  expect(await gradcheck(off, { rtol: 0.01 })).toMatchObject({ status: 'pass' });
  expect(await gradcheck(off, { atol: 0.01 })).toMatchObject({ status: 'pass' });
});

it('leaves TensorFlow.js as it was: kernels, gradients, and no tensors', async () => {
  const tf = await import('backproof/float64');
  const kernels = () => tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc);
  const before = { kernels: kernels(), relu: tf.getGradient('Relu').gradFunc, memory: tf.memory() };
  await gradcheck({
    inputs: { x: signed(6) },
    forward: (t, { x }) => t.sigmoid(t.relu(x!)),
    backward: (_, __, dy) => ({ x: dy }),
  });
  expect(kernels().every((kernel, i) => kernel === before.kernels[i])).toBe(true);
  expect(tf.getGradient('Relu').gradFunc).toBe(before.relu);
  expect(tf.memory().numTensors).toBe(before.memory.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.memory.numDataBuffers);
  expect(tf.engine().backend.numDataIds()).toBe(before.memory.numDataBuffers);
});
