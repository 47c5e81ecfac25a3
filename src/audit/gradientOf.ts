import type { GradcheckSpec, Tensor, TF } from '../gradcheck/index.ts';
import type { AuditCase } from './case.ts';

/** A gradient as plain numbers, which any TensorFlow.js accepts. */
interface Gradient {
  readonly values: number[];
  readonly shape: number[];
}

/**
 * The case as a spec in double precision whose gradient is the one that `tf` computes; the checker then compares it
 * with finite differences. The gradient for a given dy is computed only once, so that the checker's changes to double
 * precision, with which it measures noise, do not reach the gradient under check.
 */
export function withGradientOf(subject: AuditCase, tf: TF): GradcheckSpec {
  const { op, inputs, forward } = subject;
  const names = floatInputs(subject);
  const seen = new Map<string, readonly Gradient[]>();
  const gradientsOf = (dy: Tensor): readonly Gradient[] => {
    const values = Array.from(dy.dataSync());
    const key = values.join();
    const known = seen.get(key) ?? gradientsOn(tf, subject, values, dy.shape);
    seen.set(key, known);
    return known;
  };
  return {
    name: op,
    inputs,
    forward: (float64, tensors) =>
      float64.customGrad((...args) => {
        // The last argument is the function that saves tensors.
        const xs = args.slice(0, -1) as Tensor[];
        const replaced = Object.fromEntries(names.map((name, i) => [name, xs[i]!]));
        return {
          value: forward(float64, { ...tensors, ...replaced }),
          gradFunc: (dy: Tensor) => gradientsOf(dy).map(({ values, shape }) => float64.tensor(values, shape)),
        };
      })(...names.map((name) => tensors[name]!)),
  };
}

/** The names of the inputs that are differentiated. */
export const floatInputs = ({ inputs }: AuditCase): string[] =>
  Object.keys(inputs).filter((name) => inputs[name]!.dtype === 'float32');

/** The inputs as tensors of `tf`. */
export const tensorsOf = (tf: TF, { inputs }: AuditCase): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { values, shape, dtype }]) => [
      name,
      tf.tensor([...values], [...shape], dtype),
    ]),
  );

/** tf.tidy for results that are not tensors. */
export function tidied<Result>(tf: TF, f: () => Result): Result {
  let result: Result | undefined;
  tf.tidy(() => {
    result = f();
  });
  return result as Result;
}

/**
 * The gradients of the differentiated inputs, on `tf`; zeros for inputs without a path to the output.
 *
 * @throws any error of the forward or of a gradient function
 */
export function gradientsOn(
  tf: TF,
  subject: AuditCase,
  dy: readonly number[],
  shape: readonly number[],
): Gradient[] {
  const names = floatInputs(subject);
  // If `tf` is the TensorFlow.js under check, this runs inside a backward pass, whose tape must be kept.
  const { state } = tf.engine();
  const { activeTape } = state;
  const found = tidied(tf, () => {
    const tensors = tensorsOf(tf, subject);
    const { grads } = tf.engine().gradients(
      () => subject.forward(tf, tensors),
      names.map((name) => tensors[name]!),
      tf.tensor([...dy], [...shape]),
      true,
    ) as { grads: (Tensor | null | undefined)[] };
    return names.map((name, i) => {
      const gradient = grads[i] ?? tf.zeros([...subject.inputs[name]!.shape]);
      return { values: Array.from(gradient.dataSync()), shape: gradient.shape };
    });
  });
  if (activeTape !== undefined) state.activeTape = activeTape;
  return found;
}
