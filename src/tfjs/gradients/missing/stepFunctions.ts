import { type KernelGradient, kernelGradient } from '../gradient.ts';

/** Kernels whose output is a truth value of their inputs: constant between its steps. */
const TRUTH_OF = {
  Equal: ['a', 'b'],
  NotEqual: ['a', 'b'],
  Greater: ['a', 'b'],
  GreaterEqual: ['a', 'b'],
  Less: ['a', 'b'],
  LessEqual: ['a', 'b'],
  LogicalAnd: ['a', 'b'],
  LogicalOr: ['a', 'b'],
  LogicalNot: ['x'],
  Any: ['x'],
  All: ['x'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * dx = 0. TensorFlow.js has a gradient of GreaterEqual only, so `tf.where(tf.greater(x, 0), ...)` throws in a loss; and
 * that one is of the input's dtype, which the tape refuses unless it is float32.
 */
export const stepFunctions: readonly KernelGradient[] = Object.entries(TRUTH_OF).map(([kernelName, inputs]) =>
  kernelGradient({
    kernelName,
    inputsToSave: inputs,
    gradFunc: (tf, _dy, saved) =>
      Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros(saved[i]!.shape)])),
  }),
);
