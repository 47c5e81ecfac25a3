import type { GradConfig, GradFunc } from '@tensorflow/tfjs';
import { errorText } from '../errors.ts';
import type { Tensor, TF, Unsupported } from '../types.ts';
import { isForeign, whatToAdd } from './foreign.ts';
import { watchKernels } from './hooks.ts';

/** A forward that this TensorFlow.js cannot run: no fault of the code. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
  readonly unsupported: Unsupported;

  constructor(unsupported: Unsupported) {
    super(unsupported.reason);
    this.unsupported = unsupported;
  }
}

/** The result of f, or why TensorFlow.js cannot run it. */
export function attempt<Result>(f: () => Result): { result: Result } | { unsupported: Unsupported } {
  try {
    return { result: f() };
  } catch (error) {
    if (error instanceof UnsupportedError) return { unsupported: error.unsupported };
    throw error;
  }
}

/** The errors of TensorFlow.js where it lacks something. They have no fields, so this is the one place that reads their text. */
const LIMITS: readonly { readonly text: RegExp; readonly missing: Unsupported['missing'] }[] = [
  { text: /gradient function not found for (\w+)/, missing: 'gradient' },
  { text: /Cannot find registered kernel '(\w+)'/, missing: 'kernel' },
  { text: /Kernel '(\w+)' not registered/, missing: 'kernel' },
  { text: /Cannot backprop through/, missing: null },
  { text: /not yet supported/, missing: null },
];

/** The kernel or gradient that TensorFlow.js lacks, by the text of its error; null where a customGrad or the code itself is wrong. */
export function limitOf(tf: TF, reason: string): Unsupported | null {
  if (reason.includes('customGrad')) return null;
  for (const { text, missing } of LIMITS) {
    const found = text.exec(reason);
    if (found !== null) return { kernel: found[1] ?? null, missing, reason };
  }
  // The gradient that a kernel of TensorFlow.js has is not of the input's shape: Maximum, broadcast.
  const kernel = /Error in gradient for op (\w+)/.exec(reason)?.[1];
  return kernel !== undefined && tf.getGradient(kernel) != null ? { kernel, missing: null, reason } : null;
}

/** The kernel whose own gradient function throws while f runs again, or null: then it is a customGrad that throws. */
export function throwingGradient(tf: TF, f: () => void): string | null {
  const names = tf.getKernelsForBackend(tf.getBackend()).map(({ kernelName }) => kernelName);
  const configs = [...new Set(names)].flatMap(
    (name) => (tf.getGradient(name) as GradConfig | undefined) ?? [],
  );
  const originals = configs.map(({ gradFunc }) => gradFunc);
  let thrower: string | null = null;
  for (const [i, config] of configs.entries()) {
    const watched = <Result>(run: () => Result): Result => {
      try {
        return run();
      } catch (error) {
        thrower ??= config.kernelName;
        throw error;
      }
    };
    config.gradFunc = ((...args: Parameters<GradFunc>) => {
      const gradients = watched(() => originals[i]!(...args));
      const entries = Object.entries(gradients).map(([name, run]) => [name, () => watched(run)] as const);
      return Object.fromEntries(entries);
    }) as GradFunc;
  }
  try {
    f();
  } catch {
    // It is the one that is being looked into.
  } finally {
    for (const [i, config] of configs.entries()) config.gradFunc = originals[i]!;
  }
  return thrower;
}

/**
 * Whether f, which threw, throws inside TensorFlow.js only: in a gradient function of its own that is no kernel's, such
 * as that of tf.logSigmoid, which captures an operand that may have been disposed.
 */
export function throwsInOwnGradient(f: () => void): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 64;
  try {
    f();
    return false;
  } catch (error) {
    // An assertion of TensorFlow.js is about what a customGrad returned.
    if (!(error instanceof Error) || error.name !== 'TypeError') return false;
    const frames = [...(error.stack ?? '').matchAll(/^ *at (.*?)\(?([^\s()]+):\d+:\d+\)?$/gm)];
    const file = frames[0]?.[2];
    for (const [depth, [, name, at]] of frames.entries()) {
      if (at !== file) return false;
      // An error of its own is about the gradients that it was handed.
      if (/\bbackpropagateGradients\b/.test(name!)) return depth > 0;
    }
    return false;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * The text of an error, in words where TensorFlow.js itself stumbles over a tensor that it does not know, or over a
 * gradient inside a gradient.
 * @param again runs again the function that threw
 */
export function explained(tf: TF, error: unknown, again: () => void): string {
  const text = errorText(error);
  if (text.includes("null (reading 'forEach')"))
    return 'tf.grad inside the gradient function of a customGrad: TensorFlow.js cannot nest them there; write that derivative in ops';
  if (!text.includes("reading 'backend'")) return text;
  let stranger: string | null = null;
  const see = (kernel: string, inputs: Record<string, unknown>): void => {
    for (const input of Object.values(inputs)) stranger ??= strangeness(tf, kernel, input as Tensor | null);
  };
  try {
    watchKernels(tf, see, again);
  } catch {
    // It is the one that is being looked into.
  }
  return stranger ?? `another TensorFlow.js was handed a tensor of this one: ${whatToAdd()}`;
}

function strangeness(tf: TF, kernel: string, tensor: Tensor | null): string | null {
  if (tensor == null) return null;
  if (tensor.isDisposed)
    return `${kernel} was handed a disposed tensor, shape [${tensor.shape}]: keep what the function captures (tf.keep, or make it outside of tf.tidy)`;
  return isForeign(tf, tensor)
    ? `${kernel} was handed a tensor of another TensorFlow.js: ${whatToAdd()}`
    : null;
}
