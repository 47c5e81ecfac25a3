import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { tf } from './support.ts';

describe('further points', () => {
  /** A gradient that is right on the branch of the point and wrong on the other. */
  const half = (factor: number): GradcheckSpec => ({
    inputs: { x: [1, 1.2, -2] },
    forward: (tf, { x }) => tf.max(tf.stack([tf.square(x!), tf.mul(x!, 1.1)]), 0),
    backward: (tf, { x }, dy) => {
      const first = tf.cast(tf.greater(tf.square(x!), tf.mul(x!, 1.1)), 'float32');
      const slope = tf.add(tf.mul(first, tf.mul(2, x!)), tf.mul(tf.sub(1, first), 1.1 * factor));
      return { x: tf.mul(dy, slope) };
    },
  });

  it('say which branches were seen on both sides', async () => {
    const { status, exact, message } = await gradcheck(half(1), { points: 20 });
    expect([status, exact?.verdict, exact?.branches]).toEqual(['pass', 'proved', 'point']);
    expect(exact?.points).toEqual({
      tried: 20,
      proved: 20,
      cause: null,
      seen: [{ kernel: 'Max', branches: 3, bothSides: 2 }],
    });
    expect(message).toMatch(/PROVED on the branch pattern of this point and at 20 points near it: /);
    expect(message).toMatch(/^ Branches seen on both sides: 2 of 3 of Max$/m);
    expect((await gradcheck(half(1))).exact?.points).toBeNull();
  });

  it('find a backward that is wrong on another branch only, and check it there in full', async () => {
    const spec = { ...half(2), inputs: { x: [1.3, 1.2, -2] } };
    expect((await gradcheck(spec)).status).toBe('pass');
    const { status, oddOneOut, point, inputs, exact, message } = await gradcheck(spec, { points: 20 });
    expect([status, oddOneOut, exact?.verdict]).toEqual(['fail', 'yours', 'refuted']);
    expect(inputs.x?.worst?.numeric).toBeDefined();
    const there = await gradcheck({ ...spec, inputs: { x: [...point!.values.x!] } });
    expect(there.inputs.x?.failures).toEqual(inputs.x?.failures);
    expect(message).toMatch(new RegExp(`^ At point ${point!.number} of 20 near the inputs: x = `, 'm'));
    expect(message).toMatch(/Reproduce: gradcheck\(spec, \{ seed: 1, points: 20 \}\)$/);
  });

  it('are not asked for where every pattern is proved at once', async () => {
    const relu: GradcheckSpec = { inputs: { x: [1, -2] }, forward: (tf, { x }) => tf.relu(x!) };
    const { exact } = await gradcheck(relu, { points: 5 });
    expect([exact?.branches, exact?.points]).toEqual(['all', null]);
  });

  it('move off a kink, where the numbers decide', async () => {
    const spec: GradcheckSpec = { inputs: { x: [0, 1, -2] }, forward: (tf, { x }) => tf.max(tf.abs(x!)) };
    const { status, exact, message } = await gradcheck(spec, { points: 8 });
    expect([status, exact?.verdict, exact?.points?.proved]).toEqual(['pass', 'not proved', 8]);
    expect(message).toMatch(/exactly at a kink or a tie\); proved at 8 points near it$/m);
  });

  it('move variables as well, which hold their own values again afterwards', async () => {
    const w = tf.variable(tf.tensor([0.5, -0.25]));
    const spec = (wrong: number) => ({
      variables: { w },
      forward: (tf: TF) => tf.max(tf.stack([tf.square(w), tf.mul(0.3, w)]), 0),
      backward: (tf: TF, _inputs: Record<string, Tensor>, dy: Tensor) => {
        const first = tf.cast(tf.greater(tf.square(w), tf.mul(0.3, w)), 'float32');
        const slope = tf.add(tf.mul(first, tf.mul(2, w)), tf.mul(tf.sub(1, first), tf.mul(0.3, wrong)));
        return { w: tf.mul(dy, slope) };
      },
    });
    expect((await gradcheck(spec(1), { points: 10 })).exact?.points?.proved).toBe(10);
    expect((await gradcheck(spec(2))).status).toBe('pass');
    expect((await gradcheck(spec(2), { points: 10 })).status).toBe('fail');
    expect([...w.dataSync()]).toEqual([0.5, -0.25]);
    w.dispose();
  });

  it('need the exact check', async () => {
    await expect(gradcheck(half(1), { points: 3, exact: 'off' })).rejects.toThrow(
      /^option points: expected 0/,
    );
    await expect(gradcheck(half(1), { points: -1 })).rejects.toThrow(
      'option points: expected a whole number from 0, got number -1',
    );
  });
});
