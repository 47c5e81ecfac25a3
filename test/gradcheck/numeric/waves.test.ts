import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/index.ts';

/** sin(frequency * x) with `factor` times its gradient; at high frequencies the waves are shorter than usual steps. */
const wave = (x: number, frequency: number, factor = 1): GradcheckSpec => ({
  inputs: { x: { values: [x], shape: [] } },
  forward: (tf, { x }) => tf.sin(tf.mul(x!, frequency)),
  backward: (tf, { x }, dy) => ({
    x: tf.mul(dy, tf.mul(tf.cos(tf.mul(x!, frequency)), factor * frequency)),
  }),
});
const statusOf = async (spec: GradcheckSpec): Promise<string> =>
  (await gradcheck(spec, { exact: 'off' })).status;

describe('waves much shorter than the steps of differences', () => {
  it.each([1e9, 1e12, 1e36])(
    'frequency %d at 0: the right gradient passes, twice it fails',
    async (frequency) => {
      expect(await statusOf(wave(0, frequency))).toBe('pass');
      expect(await statusOf(wave(0, frequency, 2))).toBe('fail');
    },
  );

  it('shorter than the last place of x: nobody can tell', async () => {
    expect(await statusOf(wave(1, 1e20))).toBe('inconclusive');
  });

  it('waves within waves, seen by chance as slower ones: the right gradient never fails', async () => {
    const values = [
      1.76, 1.957, -1.39, -0.2663, -1.757, -0.4996, 0.9887, 0.5852, -0.4081, -0.363, 1.256, 0.8325, -1.459,
      1.966, -0.9325, 0.7583,
    ];
    const spec: GradcheckSpec = {
      inputs: { x: { values, shape: [16] } },
      forward: (tf, { x }) => tf.sin(tf.mul(tf.sin(tf.mul(x!, 1e6)), 1e6)),
    };
    expect((await gradcheck(spec, { exact: 'off', seed: 566 })).status).toBe('inconclusive');
  });

  it('a gradient that is far too large is wrong all the same', async () => {
    expect(await statusOf(wave(0.5, 1, 1e6))).toBe('fail');
    expect(await statusOf(wave(0.5, 1, 1e30))).toBe('fail');
  });
});
