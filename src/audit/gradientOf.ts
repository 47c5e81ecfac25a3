import type { GradcheckSpec, Tensor, TF } from '../gradcheck/index.ts';
import type { AuditCase } from './case.ts';

/** A gradient as plain numbers, which every TensorFlow.js takes. */
interface Gradient {
  readonly values: number[];
  readonly shape: number[];
}

/**
 * The case as a spec in double precision whose gradient is the one that `tf` computes: what the checker then holds
 * against finite differences. The same dy is computed once: what the checker does to double precision to measure noise
 * must not reach the gradient under check.
 */
export function withGradientOf(subject: AuditCase, tf: TF): GradcheckSpec {
  const { op, inputs, forward } = subject;
  const names = Object.keys(inputs).filter((name) => inputs[name]!.dtype === 'float32');
  const seen = new Map<string, readonly Gradient[]>();
  const gradientsOf = (dy: Tensor): readonly Gradient[] => {
    const key = dy.dataSync().join();
    const known = seen.get(key) ?? gradientsOn(tf, subject, names, dy);
    seen.set(key, known);
    return known;
  };
  return {
    name: op,
    inputs,
    forward: (float64, tensors) =>
      float64.customGrad((...args) => {
        // The last argument is a function that saves tensors.
        const xs = args.slice(0, -1) as Tensor[];
        const replaced = Object.fromEntries(names.map((name, i) => [name, xs[i]!]));
        return {
          value: forward(float64, { ...tensors, ...replaced }),
          gradFunc: (dy: Tensor) => gradientsOf(dy).map(({ values, shape }) => float64.tensor(values, shape)),
        };
      })(...names.map((name) => tensors[name]!)),
  };
}

/** Gradients of the named inputs on `tf`; zeros where there is no path. */
function gradientsOn(
  tf: TF,
  { inputs, forward }: AuditCase,
  names: readonly string[],
  dy: Tensor,
): readonly Gradient[] {
  const found: Gradient[] = [];
  // Where `tf` is the one under check, this runs inside a backward pass, whose tape must outlive it.
  const { state } = tf.engine();
  const { activeTape } = state;
  tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { values, shape, dtype }]) => [
        name,
        tf.tensor([...values], [...shape], dtype),
      ]),
    );
    const { grads } = tf.engine().gradients(
      () => forward(tf, tensors),
      names.map((name) => tensors[name]!),
      tf.tensor(Array.from(dy.dataSync()), dy.shape),
      true,
    ) as { grads: (Tensor | null | undefined)[] };
    for (const [i, name] of names.entries()) {
      const gradient = grads[i] ?? tf.zeros([...inputs[name]!.shape]);
      found.push({ values: Array.from(gradient.dataSync()), shape: gradient.shape });
    }
  });
  if (activeTape !== undefined) state.activeTape = activeTape;
  return found;
}
