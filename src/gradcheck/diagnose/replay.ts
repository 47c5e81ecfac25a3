import type { GradConfig, GradFunc } from '@tensorflow/tfjs';
import { watchKernels } from '../spec/hooks.ts';
import type { Subject, Values } from '../spec/subject.ts';
import type { Tensor, TF } from '../types.ts';

/** A mistake to try: autodiff with the gradient of one kernel replaced by a wrong one. */
export interface Hypothesis {
  readonly says: string;
  readonly kernel: string;
  /** Makes the wrong gradient from the right one. */
  replace(tf: TF, original: GradFunc): GradFunc;
}

/** Autodiff under a hypothesis; `only` limits it to one call of the kernel, numbered from the output. */
export function replay(
  subject: Subject,
  dy: Values,
  hypothesis: Hypothesis,
  only: number | null,
): Map<string, Values> | null {
  const { tf } = subject;
  const config = tf.getGradient(hypothesis.kernel) as GradConfig | undefined;
  if (config == null) return null;
  const original = config.gradFunc;
  const wrong = hypothesis.replace(tf, original);
  let call = 0;
  config.gradFunc = (...args) => (only === null || call++ === only ? wrong(...args) : original(...args));
  try {
    return subject.autodiff(dy);
  } catch {
    return null;
  } finally {
    config.gradFunc = original;
  }
}

/** The kernels that forward runs, with the number of calls. */
export function kernelsRun(subject: Subject): Map<string, number> {
  const runs = new Map<string, number>();
  const see = (kernel: string): void => void runs.set(kernel, (runs.get(kernel) ?? 0) + 1);
  watchKernels(subject.tf, see, () => subject.evaluate('forward'));
  return runs;
}

const MASKED = ['Relu', 'Relu6', 'LeakyRelu', 'Elu', 'Selu', 'ClipByValue', 'Abs'];
const CURVED = [
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Exp',
  'Log',
  'Log1p',
  'Square',
  'Sqrt',
  'Erf',
  'Sin',
  'Cos',
  'Softmax',
];

const through = (): GradFunc => (dy) => ({
  x: () => (dy as Tensor).clone(),
  logits: () => (dy as Tensor).clone(),
});

const passing = (kernel: string, says: string): Hypothesis => ({ kernel, says, replace: through });

const reluMask = (says: string, mask: (tf: TF, x: Tensor) => Tensor): Hypothesis => ({
  kernel: 'Relu',
  says,
  replace: (tf) => (dy, saved) => ({
    x: () => tf.mul(dy as Tensor, tf.cast(mask(tf, saved[0]!), 'float32')),
  }),
});

export const missingDerivatives: readonly Hypothesis[] = [
  ...MASKED.map((kernel) =>
    passing(kernel, `the mask of ${kernel} is missing: dy goes through it unchanged`),
  ),
  ...CURVED.map((kernel) => passing(kernel, `${kernel}' is missing: dy goes through it unchanged`)),
  reluMask('>= 0 in place of > 0 in the mask of Relu', (tf, x) => tf.greaterEqual(x, 0)),
  reluMask('the mask of Relu is inverted', (tf, x) => tf.lessEqual(x, 0)),
];

/** The gradient of a broadcast operand of Add, summed over the wrong axes, though the right number of them. */
export const wrongAxis: Hypothesis = {
  kernel: 'Add',
  says: 'the sum over a broadcast operand (a bias?) is taken over the wrong axis',
  replace: (tf, original) => (dy, saved, attrs) => {
    const right = original(dy, saved, attrs);
    const upstream = dy as Tensor;
    const summed = (operand: Tensor, gradient: () => Tensor) => () => {
      const axes: number[] = tf.backend_util.getReductionAxes(operand.shape, upstream.shape);
      const other = otherAxes(upstream.shape, axes, operand.size);
      return other === null ? gradient() : tf.reshape(tf.sum(upstream, other), operand.shape);
    };
    return { a: summed(saved[0]!, right.a!), b: summed(saved[1]!, right.b!) };
  },
};

/** As many other axes that leave the same number of elements, or null. */
function otherAxes(shape: readonly number[], axes: readonly number[], size: number): number[] | null {
  for (let chosen = 0; chosen < 2 ** shape.length; chosen++) {
    const candidate = shape.flatMap((_, axis) => ((chosen >> axis) & 1 ? [axis] : []));
    if (candidate.length !== axes.length || String(candidate) === String(axes)) continue;
    const left = shape.reduce(
      (product, length, axis) => (candidate.includes(axis) ? product : product * length),
      1,
    );
    if (left === size) return candidate;
  }
  return null;
}

/** The kernels with weights: the operand whose gradient is wrong, and the one that was updated too early. */
export const products: readonly { kernel: string; operand: string; weight: string; saved: number }[] = [
  { kernel: 'BatchMatMul', operand: 'a', weight: 'b', saved: 1 },
  { kernel: 'BatchMatMul', operand: 'b', weight: 'a', saved: 0 },
  { kernel: 'Conv2D', operand: 'x', weight: 'filter', saved: 1 },
  { kernel: 'Multiply', operand: 'a', weight: 'b', saved: 1 },
  { kernel: 'Multiply', operand: 'b', weight: 'a', saved: 0 },
];

/** The gradient of an operand computed with w - dw in place of w: an update of learning rate 1, made too early. */
export function earlyUpdate({
  kernel,
  operand,
  weight,
  saved: position,
}: (typeof products)[number]): Hypothesis {
  return {
    kernel,
    says: 'a weight is updated before it is used',
    replace: (tf, original) => (dy, saved, attrs) => {
      const right = original(dy, saved, attrs);
      const early = () => {
        const updated = [...saved];
        updated[position] = tf.sub(saved[position]!, right[weight]!());
        return original(dy, updated, attrs)[operand]!();
      };
      return { ...right, [operand]: early };
    },
  };
}
