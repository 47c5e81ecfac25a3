import { unequalEntries, uniformNumbers } from './random.ts';
import type { Checked } from './readSpec.ts';
import { Subject, type Values } from './subject.ts';
import type { Tensor, TF } from './types.ts';

/**
 * The gradient itself as a function to check: the inputs to sum over all of them of their gradient (by autodiff, for
 * the given dy) times fixed random weights, a scalar.
 */
export function orderTwo(first: Subject, dy: Values, seed: number): Subject {
  const { checked } = first;
  const random = uniformNumbers(seed ^ 0x2dead);
  const weights = checked.differentiable.map(({ size }) => unequalEntries(size, random));
  const forward = (tf: TF, inputs: Record<string, Tensor>): Tensor => {
    const upstream = tf.tensor(dy.values as never, dy.shape as number[]);
    const { grads } = tf.engine().gradients(
      () => checked.spec.forward(tf, inputs),
      checked.differentiable.map(({ name }) => inputs[name]!),
      upstream,
      true,
    ) as { grads: (Tensor | undefined)[] };
    let total: Tensor = tf.scalar(0);
    grads.forEach((gradient, i) => {
      if (gradient == null) return;
      const weight = tf.tensor(weights[i] as never, gradient.shape);
      total = tf.add(total, tf.sum(tf.mul(gradient, weight)));
    });
    return total;
  };
  const name = `${checked.name} (order 2)`;
  const derived: Checked = { ...checked, name, spec: { name, inputs: checked.spec.inputs, forward } };
  return new Subject(first.tf, derived);
}
