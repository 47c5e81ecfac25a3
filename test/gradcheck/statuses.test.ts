import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../src/gradcheck/types.ts';
import { inputsFrom, network } from './specs.ts';

const { signed } = inputsFrom(8);

describe('unsupported: TensorFlow.js has no such gradient', () => {
  const dilated: GradcheckSpec = {
    name: 'dilated',
    inputs: { filter: signed(2, 2, 1, 1) },
    forward: (tf, { filter }) => {
      const x = tf.range(0, 25).reshape([1, 5, 5, 1]);
      return tf.conv2d(x as never, filter as never, 1, 'valid', 'NHWC', 2);
    },
  };

  it('a convolution with dilation', async () => {
    const result = await gradcheck(dilated);
    expect(result).toMatchObject({ status: 'unsupported', stage: null, oddOneOut: null });
    expect(result.message).toContain('UNSUPPORTED: dilated');
    expect(result.message).toContain('dilation rates greater than 1 are not yet supported in gradients');
  });

  it('a hand-written backward is then held against differences only', async () => {
    const backward: GradcheckSpec['backward'] = (tf, _, dy) => {
      const x = tf.range(0, 25).reshape([1, 5, 5, 1]);
      const at = (i: number, j: number) =>
        tf.sum(tf.mul(tf.slice(x, [0, 2 * i, 2 * j, 0], [1, 3, 3, 1]), dy));
      return { filter: tf.reshape(tf.stack([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]), [2, 2, 1, 1]) };
    };
    const result = await gradcheck({ ...dilated, backward });
    expect(result.status).toBe('pass');
    expect(result.message).toContain('yours, numeric agree');
    expect(result.message).toContain('No tf autodiff to compare with');
    const wrong = await gradcheck({
      ...dilated,
      backward: (tf, inputs, dy) => ({ filter: tf.neg(backward(tf, inputs, dy).filter!) }),
    });
    expect(wrong).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
    expect(wrong.looksLike).toContain('the sign is wrong');
  });

  it('a forward that throws only while its ops are written down', async () => {
    const batchNorm = (backward?: GradcheckSpec['backward']): GradcheckSpec => ({
      inputs: { x: signed(3, 2) },
      forward: (tf, { x }) => tf.batchNorm(x!, [0.1, -0.2], [0.9, 1.1], undefined, undefined, 0.1),
      ...(backward === undefined ? {} : { backward }),
    });
    const scaled =
      (factor: number): GradcheckSpec['backward'] =>
      (tf, _, dy) => ({ x: tf.mul(dy, tf.rsqrt(tf.add([0.9, 1.1], factor))) });
    const result = await gradcheck(batchNorm());
    expect(result).toMatchObject({ status: 'unsupported', unsupported: { missing: null } });
    expect(result.message).toContain('forward throws where its gradient is to be taken');
    expect(await gradcheck(batchNorm(scaled(0.1)))).toMatchObject({ status: 'pass' });
    expect(await gradcheck(batchNorm(scaled(0)))).toMatchObject({ status: 'fail', oddOneOut: 'yours' });
  });

  it('a kernel without a gradient, and one whose gradient does not broadcast', async () => {
    const cumprod: GradcheckSpec = { inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.cumprod(x!) };
    expect(await gradcheck(cumprod)).toMatchObject({
      status: 'unsupported',
      unsupported: { kernel: 'Cumprod', missing: 'gradient' },
    });
    const maximum: GradcheckSpec = {
      inputs: { x: signed(3, 1) },
      forward: (tf, { x }) => tf.maximum(x!, [[0.1, 0.2]]),
    };
    expect(await gradcheck(maximum)).toMatchObject({
      status: 'unsupported',
      unsupported: { kernel: 'Maximum', missing: null },
    });
  });
});

describe('order 2', () => {
  it('checks the gradient of the gradient', async () => {
    const cube: GradcheckSpec = {
      name: 'cube',
      inputs: { x: signed(3) },
      forward: (tf, { x }) => tf.mul(x!, tf.mul(x!, x!)),
    };
    const result = await gradcheck(cube, { order: 2 });
    expect(result).toMatchObject({ status: 'pass', order: 2, name: 'cube (order 2)' });
  });

  it('catches a customGrad whose own gradient is wrong', async () => {
    const detached: GradcheckSpec = {
      inputs: { x: [0.5, -1.25] },
      forward: (tf, { x }) =>
        tf.customGrad((v) => {
          const values = Array.from((v as typeof x)!.dataSync(), (value) => 2 * value);
          return {
            value: tf.square(v as never),
            gradFunc: (dy: never) => tf.mul(dy, tf.tensor1d(values)),
          } as never;
        })(x!),
    };
    expect(await gradcheck(detached)).toMatchObject({ status: 'pass' });
    expect(await gradcheck(detached, { order: 2 })).toMatchObject({
      status: 'fail',
      order: 2,
      oddOneOut: 'tf autodiff',
    });
  });

  it('is unsupported where TensorFlow.js has no path from every input, although the first is there by hand', async () => {
    const read: GradcheckSpec = {
      inputs: { x: [0.5, 2], w: [3, -1] },
      forward: (tf, { x, w }) => tf.mul(w!, tf.tensor(Array.from(x!.dataSync(), (each) => each ** 3))),
      backward: (tf, { x, w }, dy) => ({
        x: tf.mul(tf.mul(dy, w!), tf.mul(3, tf.square(x!))),
        w: tf.mul(dy, tf.pow(x!, 3)),
      }),
    };
    expect(await gradcheck(read)).toMatchObject({ status: 'pass' });
    expect(await gradcheck(read, { order: 2 })).toMatchObject({
      ...{ status: 'unsupported', order: 2, stage: null, oddOneOut: null, exact: null },
      unsupported: { reason: expect.stringMatching(/^it sees no path from x to the output/) },
      inputs: { x: { status: 'not checked' }, w: { status: 'not checked' } },
    });
  });

  it('is unsupported where TensorFlow.js cannot (sigmoid, tfjs #3252; convolution)', async () => {
    const sigmoid: GradcheckSpec = { inputs: { x: signed(3) }, forward: (tf, { x }) => tf.sigmoid(x!) };
    for (const spec of [sigmoid, network(1)]) {
      const result = await gradcheck(spec, { order: 2 });
      expect(result.status === 'unsupported' ? result.status : result.message).toBe('unsupported');
      expect(result.oddOneOut).toBeNull();
    }
  });
});

describe('inconclusive: the differences cannot tell', () => {
  it('a function that is noise at every scale', async () => {
    const result = await gradcheck({
      inputs: { x: [0.3, 0.7] },
      forward: (tf, { x }) => tf.add(x!, tf.mul(1e-3, tf.sin(tf.mul(x!, 1e18)))),
      backward: (_, __, dy) => ({ x: dy }),
    });
    expect(result.status).not.toBe('pass');
    expect(result.oddOneOut).not.toBe('yours');
  });

  it('gradients that differ below what the differences can resolve', async () => {
    const result = await gradcheck({
      inputs: { x: [1, 2] },
      forward: (tf, { x }) => tf.add(1e12, tf.mul(1e-6, tf.sin(x!))),
      backward: (tf, { x }, dy) => ({ x: tf.mul(1.0005e-6, tf.mul(dy, tf.cos(x!))) }),
    });
    expect(result.status).toBe('inconclusive');
    expect(result.message).toContain('differ by less than the differences can resolve');
  });
});
