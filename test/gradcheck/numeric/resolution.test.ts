import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckOptions, GradcheckSpec, Tensor } from '../../../src/gradcheck/index.ts';

const statusOf = async (spec: GradcheckSpec, options: GradcheckOptions = {}): Promise<string> =>
  (await gradcheck(spec, { exact: 'off', ...options })).status;

/** If differences cannot resolve a gradient, a wrong one must not pass and a right one must not fail. */
describe('gradients that the differences do not resolve', () => {
  /** A saturated tanh at 17, where 1 - tanh^2 has lost all but two digits. */
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

  it('a slope that only far steps resolve accuses nobody: gates that saturate, beside an offset', async () => {
    const { initializers } = float64;
    const lstm = float64.layers.lstm({
      units: 2,
      kernelInitializer: initializers.glorotUniform({ seed: 24 }),
      biasInitializer: initializers.randomNormal({ seed: 942 }),
      recurrentInitializer: initializers.glorotUniform({ seed: 221 }),
      returnSequences: true,
    });
    const values = [
      -27.4, 28.42, 14.62, 0.003518, 26.04, 17.36, 7.694, -22.63, -15.08, 17.11, -0.1032, 3.323,
    ];
    const spec: GradcheckSpec = {
      inputs: { x: { values, shape: [2, 3, 2] } },
      forward: (tf, { x }) => tf.add(tf.mul(lstm.apply(x as never) as never, 1e-12), 1e4),
    };
    expect(await statusOf(spec, { seed: 642 })).not.toBe('fail');
  });

  it('a small element beside huge ones is looked at on its own scale', async () => {
    const small = [0.001865, -0.00139, 0.000003241, 0.0006956, -0.0001457, -0.000006085, -1.459e-8, -0.178];
    const huge = [1536000, 1596000, 1828, -1693000, -75170, 18970000, 409.5, -168400000];
    const spec: GradcheckSpec = {
      inputs: { x: { values: small.flatMap((x, at) => [x, huge[at]!]), shape: [4, 4] } },
      forward: (tf, { x }) => {
        const bent = tf.where(tf.greaterEqual(x!, 0), tf.mul(x!, 2), tf.mul(x!, 0.5));
        return tf.losses.huberLoss(bent, tf.mul(tf.tanh(bent), 0.9)) as Tensor;
      },
    };
    for (const seed of [1, 2, 570]) expect(await statusOf(spec, { seed })).not.toBe('fail');
  });

  it('a direction along which all is below the rounding of the output is no pass', async () => {
    /** Squared distances of 1e-50, compared with a margin of 0.2. */
    const margin = (scale: number): GradcheckSpec => ({
      inputs: {
        x: { values: [-9.115, 19.08, 7.492].map((x) => x * scale), shape: [1, 3] },
        y: { values: [8.656, -17.62, 3.139].map((y) => y * scale), shape: [1, 3] },
      },
      forward: (tf, { x, y }) => tf.mean(tf.relu(tf.sub(tf.sum(tf.square(tf.sub(x!, y!)), 1), -0.2))),
      backward: (tf, { x, y }, dy) => {
        const slope = tf.mul(dy, tf.mul(tf.sub(x!, y!), 2));
        return { x: slope, y: tf.neg(slope) };
      },
    });
    expect(await statusOf(margin(1e-26), { mode: 'directional', seed: 213 })).toBe('inconclusive');
    expect(await statusOf(margin(0.01), { mode: 'directional', seed: 213 })).toBe('pass');
  });
});
