import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/index.ts';

const statusOf = async (spec: GradcheckSpec, mode: 'full' | 'directional' = 'full'): Promise<string> =>
  (await gradcheck(spec, { exact: 'off', mode })).status;

/** What differences cannot resolve is never a pass of a wrong gradient, nor a failure of a right one. */
describe('gradients that the differences do not resolve', () => {
  /** A saturated tanh at 17, where 1 - tanh^2 has lost all digits but two. */
  const saturated = (factor: number): GradcheckSpec => ({
    inputs: { x: { values: [17, 17.25], shape: [2] } },
    forward: (tf, { x }) => tf.atanh(tf.mul(tf.tanh(x!), 0.9)),
    backward: (tf, { x }, dy) => {
      const t = tf.tanh(x!);
      const slope = tf.div(tf.mul(tf.sub(1, tf.square(t)), 0.9), tf.sub(1, tf.square(tf.mul(t, 0.9))));
      return { x: tf.mul(dy, tf.mul(slope, factor)) };
    },
  });

  it('two of them apart by more than their rounding are no agreement', async () => {
    expect(await statusOf(saturated(1))).toBe('pass');
    expect(await statusOf(saturated(2.5))).not.toBe('pass');
  });

  it('a slope that only far steps resolve accuses nobody', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: { values: [20.3], shape: [1] } },
      forward: (tf, { x }) => tf.add(tf.mul(tf.tanh(tf.mul(x!, 1e-3)), 1e-9), tf.add(tf.mul(x!, 1e-15), 1e4)),
    };
    expect(await statusOf(spec)).not.toBe('fail');
  });

  it('a small element beside huge ones is looked at on its own scale', async () => {
    const huber = (tf: TF, x: Tensor): Tensor => tf.losses.huberLoss(x, tf.mul(tf.tanh(x), 0.9)) as Tensor;
    const spec: GradcheckSpec = {
      inputs: { x: { values: [0.00373, 3072000, -1693000, 37940000, -84200000], shape: [5] } },
      forward: (tf, { x }) => huber(tf, x!),
    };
    expect(await statusOf(spec)).not.toBe('fail');
  });

  it('a direction along which all is below the rounding of the output is no pass', async () => {
    const offset = (factor: number): GradcheckSpec => ({
      inputs: { x: { values: [2e-26, -3e-26, 5e-26], shape: [3] } },
      forward: (tf, { x }) => tf.add(tf.sum(tf.square(x!)), 0.2),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(x!, 2 * factor)) }),
    });
    expect(await statusOf(offset(1e6), 'directional')).toBe('inconclusive');
    const resolved: GradcheckSpec = { ...offset(1), inputs: { x: { values: [2, -3, 5], shape: [3] } } };
    expect(await statusOf(resolved, 'directional')).toBe('pass');
  });
});
