import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import { hasFixedTape } from '../../tfjs/gradients/tape.ts';
import type { Findings } from '../check.ts';
import { kernelsRun } from '../diagnose/replay.ts';
import { joined } from '../spec/outputs.ts';
import type { Checked } from '../spec/readSpec.ts';
import { Subject, type Values } from '../spec/subject.ts';
import { StageLog } from '../stages.ts';
import type { Tensor, TF, Unsupported } from '../types.ts';

/**
 * The gradient itself as a function to check. It maps the inputs to a scalar: the sum over all inputs of their gradient
 * (by autodiff, for the given dy) times fixed random weights.
 */
export function orderTwo(first: Subject, dy: Values, seed: number): Subject {
  const { checked, layout } = first;
  const random = uniformNumbers(seed ^ 0x2dead);
  const weights = checked.differentiable.map(({ size }) => unequalEntries(size, random));
  const forward = (tf: TF, inputs: Record<string, Tensor>): Tensor => {
    const upstream = tf.tensor(dy.values as never, dy.shape as number[]);
    const { grads } = tf.engine().gradients(
      () => joined(tf, checked.spec.forward(tf, inputs), layout),
      checked.differentiable.map(({ name, variable }) => variable ?? inputs[name]!),
      upstream,
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
  const derived: Checked = { ...checked, name, spec: { name, forward } };
  return new Subject(first.tf, derived);
}

/**
 * A second derivative that fails because of TensorFlow.js is unsupported: it throws, or it silently loses the part that
 * goes through a kernel whose gradient uses the kernel's output, such as sigmoid (tfjs #3252), unless
 * backproof/gradients has fixed that kernel.
 */
export function withoutBlame(first: Subject, findings: Findings): Findings {
  const { culprit } = findings.log;
  if (culprit === null || culprit.side !== 'tf autodiff') return findings;
  const ran = hasFixedTape(first.tf) ? [] : [...kernelsRun(first).keys()];
  const lossy = ran.filter((kernel) => {
    const saved = first.tf.getGradient(kernel)?.outputsToSave;
    // The gradient of a fused op uses its output as well; the op itself saves it.
    return kernel.includes('Fused') || saved?.some(Boolean);
  });
  if (culprit.stage === 'numbers' && lossy.length === 0) return findings;
  const unsupported: Unsupported = {
    kernel: lossy.length === 1 ? lossy[0]! : null,
    missing: null,
    reason:
      culprit.stage === 'numbers'
        ? `the second derivative is lost in ${lossy.join(', ')} (tfjs #3252)`
        : culprit.detail!,
  };
  return unchecked(findings, unsupported);
}

/** Nothing found of the second derivative, because TensorFlow.js has not even the first one of every input. */
export function noSecond(first: Findings, unsupported: Unsupported): Findings {
  const gradients = { yours: null, autodiff: null };
  return {
    ...unchecked(first, unsupported),
    gradients,
    dependence: null,
    exact: null,
    kinks: null,
    ties: null,
  };
}

const unchecked = (findings: Findings, unsupported: Unsupported): Findings => ({
  ...findings,
  log: new StageLog(),
  tallies: [],
  oddOneOut: null,
  suspects: [],
  looksLike: null,
  unsupported,
});
