import { describe, expect, it } from '@jest/globals';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { unequalEntries, uniformNumbers } from '../../../src/numerics/random.ts';
import { exact, planted } from './support.ts';

const random = uniformNumbers(3);
const drawn = (rows: number, columns: number) => ({
  shape: [rows, columns],
  values: unequalEntries(rows * columns, random).map((x) => x / Math.sqrt(rows)),
});
const norm = (tf: TF, x: Tensor): Tensor => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
};

/** Eight roots of roots, so that in every draw some do not exist in the field. */
const block: GradcheckSpec = {
  inputs: { x: drawn(8, 6), w: drawn(6, 6) },
  forward: (tf, { x, w }) => {
    const z = tf.matMul(norm(tf, x!), w!);
    return norm(tf, tf.add(x!, tf.matMul(tf.softmax(tf.matMul(z, z, false, true)), z)));
  },
};

describe('a normed layer behind another, and attention', () => {
  it('right: proved, with roots of roots left free', () => {
    expect(exact(block)).toMatchObject({ verdict: 'proved', cause: null });
  });

  it.each([1e-3, 1e-12, 1e-18])('one element off by a part of %d: never proved', (part) => {
    const wrong = planted(block, 'w', 8, (tf, dy, mask) => tf.mul(dy, tf.add(1, tf.mul(mask, part))));
    expect(exact(wrong).verdict).not.toBe('proved');
  });

  it('a right gradient that needs the square of a free root is not refuted', () => {
    const spec: GradcheckSpec = {
      inputs: { x: drawn(8, 6) },
      forward: (tf, { x }) => tf.sqrt(tf.add(tf.sqrt(tf.add(tf.square(x!), 2)), tf.mul(x!, 0.1))),
      backward: (tf, { x }, dy) => {
        const inner = tf.sqrt(tf.add(tf.square(x!), 2));
        const outer = tf.sqrt(tf.add(inner, tf.mul(x!, 0.1)));
        const slope = tf.add(tf.div(x!, inner), 0.1);
        // sqrt(u) / 2u, for 1 / (2 sqrt(u))
        return { x: tf.div(tf.mul(tf.mul(dy, slope), outer), tf.mul(2, tf.add(inner, tf.mul(x!, 0.1)))) };
      },
    };
    const { verdict, cause } = exact(spec);
    expect(verdict).not.toBe('refuted');
    expect(verdict === 'proved' || cause !== null).toBe(true);
  });
});
