import { describe, expect, it } from '@jest/globals';
import { Duals } from '../../../src/gradcheck/exact/index.ts';
import type { Tensor } from '../../../src/gradcheck/types.ts';
import { models } from './models.ts';
import { subjectOf, tf } from './support.ts';

describe('dual numbers', () => {
  for (const [name, model] of Object.entries(models))
    it(`${name}: the gradients that autodiff has, but for rounding`, () => {
      const subject = subjectOf(model(4));
      tf.tidy(() => {
        const tensors = Object.fromEntries(
          subject.inputs.map(({ name, values, shape }) => [
            name,
            tf.tensor(Array.from(values), shape as number[]),
          ]),
        );
        const xs = Object.values(tensors) as Tensor[];
        const { shape } = subject.forward(tf, tensors);
        const duals = new Duals(tf, subject, shape);
        const dy = tf.tensor(duals.dy.slice() as never, shape);
        const { grads } = tf.engine().gradients(() => subject.forward(tf, tensors), xs, dy, true);
        for (const [k, input] of subject.inputs.entries()) {
          const gradient = Array.from(grads[k]!.dataSync());
          const scale = Math.max(...gradient.map(Math.abs));
          const byDuals = duals.gradient(input.name);
          gradient.forEach((g, at) => {
            expect(Math.abs(g - byDuals[at]!)).toBeLessThanOrEqual(1e-11 * scale);
          });
        }
      });
    });

  it('have no kink: a step of 1e-9 away from one is far enough', () => {
    const spec = subjectOf({
      inputs: { x: [1e-9, -1e-9, 0] },
      forward: (tf, { x }) => tf.add(tf.relu(x!), tf.abs(x!)),
    });
    expect([...new Duals(tf, spec, [3]).gradient('x', [1, 1, 1])]).toEqual([2, -1, -1]);
  });

  it('stay on the branch of the point', () => {
    const spec = subjectOf({ inputs: { x: [1, 3, 2] }, forward: (tf, { x }) => tf.max(x!) });
    expect([...new Duals(tf, spec, []).gradient('x', [2])]).toEqual([0, 2, 0]);
  });

  it('go in any direction in one pass', () => {
    const spec = subjectOf({ inputs: { x: [1, 2], y: [3, 4] }, forward: (tf, { x, y }) => tf.mul(x!, y!) });
    const duals = new Duals(tf, spec, [2]);
    expect([...duals.derivative({ x: Float64Array.of(1, 0), y: Float64Array.of(0, 1) })]).toEqual([3, 2]);
  });
});
