import type { TF } from '../types.ts';

/** A forward that this TensorFlow.js cannot run: no fault of the code. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** The result of f, or why TensorFlow.js cannot run it. */
export function attempt<Result>(f: () => Result): { result: Result } | { unsupported: string } {
  try {
    return { result: f() };
  } catch (error) {
    if (error instanceof UnsupportedError) return { unsupported: error.message };
    throw error;
  }
}

const LIMITS = [
  /gradient function not found/,
  /not yet supported/,
  /Cannot backprop through/,
  /Cannot find registered kernel/,
  /Kernel '\w+' not registered/,
];

/** Whether an error is TensorFlow.js lacking a kernel or a gradient, rather than a customGrad being wrong. */
export function isLimitOf(tf: TF, text: string): boolean {
  if (text.includes('customGrad')) return false;
  if (LIMITS.some((limit) => limit.test(text))) return true;
  // The gradient that a kernel of TensorFlow.js has is not of the input's shape: Maximum, broadcast.
  const op = /Error in gradient for op (\w+)/.exec(text)?.[1];
  return op !== undefined && tf.getGradient(op) != null;
}
