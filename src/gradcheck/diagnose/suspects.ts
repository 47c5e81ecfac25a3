import type { NamedAttrMap } from '@tensorflow/tfjs';
import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import { watchKernels } from '../spec/hooks.ts';
import { readTensor, type Subject, type Values } from '../spec/subject.ts';
import { nodesToOutput, reachedFrom, type Taped, withTape } from '../spec/tape.ts';
import type { Suspect, Tensor } from '../types.ts';
import { knownFault } from './knownFaults.ts';

/** One call of a kernel, with everything needed to run it again. */
interface Call {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Values>>;
  readonly attrs: NamedAttrMap;
}

/** Step relative to the typical input; the differences are taken at this step and at half of it. */
const STEP = 1e-5;
/**
 * Allowed distance of a gradient from the differences, and of the differences at the two steps from each other,
 * relative to the sum of the magnitudes of their terms.
 */
const TOLERANCE = 1e-6;
/** Allowed rounding error of the function values after division by the step, relative to the function value. */
const ROUNDING = 1e-9;

/**
 * The ops between inputs and output whose gradient disagrees with finite differences of that op; if every kernel is
 * right, the customGrads.
 */
export function suspects(subject: Subject): Suspect[] {
  const { tf } = subject;
  const { calls, custom } = callsOf(subject);
  let wrong = wrongKernels(subject, calls);
  // If every kernel is right by its own convention, the convention may be at fault, as for max of equal numbers.
  if (wrong.size === 0 && custom.length === 0) wrong = wrongKernels(subject, calls, { onePiece: true });
  if (wrong.size > 0) return [...wrong].map((kernel) => ({ kernel, known: knownFault(kernel) }));
  // An op of TensorFlow.js may be a customGrad too; then its scope has its name.
  const names = custom.map((scope) => (scope in tf || scope in tf.losses ? scope : null));
  return [...new Set(names)].map((kernel) => ({ kernel, known: null }));
}

/** The differentiable kernels that forward runs on the way from inputs to output, and the scopes of its customGrads. */
function callsOf(subject: Subject): { calls: readonly Call[]; custom: readonly string[] } {
  const { tf } = subject;
  const calls: Call[] = [];
  const custom: string[] = [];
  subject.traced((xs, forward) => {
    const seen = new Map<string, Omit<Call, 'kernel'>[]>();
    const see = (kernel: string, inputs: Record<string, unknown>, attrs: NamedAttrMap): void => {
      // A kernel that another kernel calls is not on the tape, and its inputs may not be full tensors.
      if (!Object.values(inputs).every((input) => input == null || input instanceof tf.Tensor)) return;
      const tensors = inputs as Taped['inputs'];
      const key = keyOf(kernel, tensors);
      // Read now, because a tidy inside forward may dispose them.
      seen.set(key, [...(seen.get(key) ?? []), { inputs: valuesOf(tensors), attrs }]);
    };
    withTape(
      tf,
      xs,
      () => watchKernels(tf, see, forward),
      (tape) => {
        const toOutput = nodesToOutput(tape);
        const reached = reachedFrom(tape, xs);
        for (const node of tape.nodes) {
          const { kernelName: kernel, inputs } = node;
          const call = seen.get(keyOf(kernel, inputs))?.shift();
          if (!toOutput.has(node)) continue;
          // A customGrad that takes no input may have captured one.
          if (tf.getKernel(kernel, tf.getBackend()) == null) custom.push(kernel);
          if (!Object.values(inputs).some((input) => reached.has(input?.id))) continue;
          if (call !== undefined && tf.getGradient(kernel) != null) calls.push({ kernel, ...call });
        }
      },
    );
  });
  return { calls, custom };
}

function keyOf(kernel: string, inputs: Taped['inputs']): string {
  return `${kernel} ${Object.values(inputs).map((input) => input?.id)}`;
}

function valuesOf(inputs: Taped['inputs']): Record<string, Values> {
  const given = Object.entries(inputs).filter(([, input]) => input != null);
  return Object.fromEntries(given.map(([name, input]) => [name, readTensor(input)]));
}

function wrongKernels(subject: Subject, calls: readonly Call[], held?: { onePiece: boolean }): Set<string> {
  const wrong = new Set<string>();
  for (const call of calls)
    if (!wrong.has(call.kernel) && isWrong(subject, call, held)) wrong.add(call.kernel);
  return wrong;
}

/** Whether the gradient of a call is wrong; a call that cannot be run again by itself counts as right. */
function isWrong(subject: Subject, call: Call, held?: { onePiece: boolean }): boolean {
  try {
    return !hasRightGradient(subject, call, held);
  } catch {
    return false;
  }
}

/** Whether the gradient of one call of a kernel agrees with differences along a random line, branches held. */
function hasRightGradient(
  { tf, observer }: Subject,
  { kernel, inputs, attrs }: Call,
  held?: { onePiece: boolean },
): boolean {
  const random = uniformNumbers(1);
  const floats = Object.keys(inputs).filter((name) => inputs[name]!.dtype === 'float32');
  const direction = new Map(
    floats.map((name) => {
      const { values } = inputs[name]!;
      const typical = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length) || 1;
      return [name, unequalEntries(values.length, random).map((x) => x * typical)];
    }),
  );
  const tensorsAt = (offset: number): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, { values, shape, dtype }]) => {
        const moved = values.map((x, i) => x + offset * (direction.get(name)?.[i] ?? 0));
        return [name, tf.tensor(moved as never, shape as number[], dtype as 'float32')];
      }),
    );
  const dys: Float64Array[] = [];
  const contracted = (tensors: Record<string, Tensor>): Tensor => {
    const outputs = [tf.engine().runKernel(kernel, tensors, attrs)].flat() as Tensor[];
    // Integer outputs too, because gradients pass through a cast, although they should not.
    const terms = outputs.map((output, i) => {
      dys[i] ??= unequalEntries(output.size, random);
      return tf.sum(tf.mul(output, tf.tensor(dys[i] as never, output.shape)));
    });
    return tf.addN(terms);
  };
  const scalar = (offset: number): number => contracted(tensorsAt(offset)).dataSync()[0]!;
  let right = true;
  tf.tidy(() => {
    const { result: value, tape } = observer.record(() => scalar(0), held);
    const slopeAt = (step: number): number => {
      const at = (offset: number) => observer.replay(tape, true, () => scalar(offset)).result;
      return (at(step) - at(-step)) / (2 * step);
    };
    const [wide, narrow] = [slopeAt(STEP), slopeAt(STEP / 2)];
    const tensors = tensorsAt(0);
    const xs = floats.map((name) => tensors[name]!);
    const { grads } = tf.engine().gradients(() => contracted(tensors), xs, undefined, true) as {
      grads: (Tensor | undefined)[];
    };
    const products = floats.flatMap((name, i) => {
      const gradient = grads[i]?.dataSync();
      return Array.from(direction.get(name)!, (along, at) => along * (gradient?.[at] ?? 0));
    });
    const slope = products.reduce((sum, product) => sum + product, 0);
    const size = products.reduce((sum, product) => sum + Math.abs(product), Math.abs(narrow));
    const allowed = TOLERANCE * size + ROUNDING * Math.abs(value);
    // If the differences disagree with each other, the gradient counts as right.
    right = !(Math.abs(wide - narrow) <= allowed) || Math.abs(slope - narrow) <= allowed;
  });
  return right;
}
