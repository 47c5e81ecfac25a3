import { describe, expect, it } from '@jest/globals';
import { safePrimes } from '../../../src/gradcheck/exact/lane.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/types.ts';
import { exact, planted } from './support.ts';

const RUNS = 1200;
const primes = [...safePrimes(864)].filter((p) => p > 382);

/** Wrong gradients whose error is a polynomial, a quotient or has an exponential: some hide where the error is 0. */
const wrong: Record<string, GradcheckSpec> = {
  polynomial: planted(
    {
      inputs: { x: [0.5, -1.5], w: [2, 3] },
      forward: (tf, { x, w }) => {
        const factors = [1, 2, 3, 4].map((c) => tf.add(tf.sum(x!), c));
        return tf.mul(
          w!,
          factors.reduce((product, factor) => tf.mul(product, factor)),
        );
      },
    },
    'w',
    1,
    (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 1e-12))),
  ),
  quotient: planted(
    {
      inputs: { x: [0.5, -1.5, 2] },
      forward: (tf, { x }) => tf.div(tf.add(x!, 1), tf.add(tf.square(x!), tf.sum(x!))),
    },
    'x',
    1,
    (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 1e-12))),
  ),
  exponential: planted(
    { inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.mul(x!, tf.sigmoid(x!)) },
    'x',
    1,
    (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, 1e-12))),
  ),
};

describe(`a lane over a prime of ${primes[0]} to ${primes.at(-1)} calls a wrong gradient proved`, () => {
  for (const [name, spec] of Object.entries(wrong))
    it(`${name}: as seldom as its bound says, though it does`, () => {
      let missed = 0;
      let bounds = 0;
      for (let seed = 1; seed <= RUNS; seed++) {
        const { verdict, bound } = exact(spec, { seed, lanes: 1, primes, free: false });
        expect(['proved', 'refuted']).toContain(verdict);
        if (verdict === 'proved') missed++;
        bounds += bound!;
      }
      const spread = 3 * Math.sqrt(bounds);
      expect(missed).toBeLessThan(bounds + spread);
      expect(missed).toBeGreaterThan(0);
    });
});
