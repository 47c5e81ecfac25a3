import type { GradConfig, GradFunc } from '@tensorflow/tfjs';
import { errorText } from '../errors.ts';
import type { Tensor, TF, Unsupported } from '../types.ts';
import { isForeign, whatToAdd } from './foreign.ts';
import { watchKernels } from './hooks.ts';

/** A forward that this TensorFlow.js cannot run, through no fault of the code under check. */
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

/**
 * The errors of TensorFlow.js for something that it lacks. They have no fields, so their text is read, and only here.
 */
const LIMITS: readonly { readonly text: RegExp; readonly missing: Unsupported['missing'] }[] = [
  { text: /gradient function not found for (\w+)/, missing: 'gradient' },
  { text: /Cannot find registered kernel '(\w+)'/, missing: 'kernel' },
  { text: /Kernel '(\w+)' not registered/, missing: 'kernel' },
  { text: /Cannot backprop through/, missing: null },
  { text: /not yet supported/, missing: null },
];

/**
 * The kernel or gradient that TensorFlow.js lacks, from the text of its error; null if a customGrad or the code under
 * check is at fault.
 */
export function limitOf(tf: TF, reason: string): Unsupported | null {
  if (reason.includes('customGrad')) return null;
  for (const { text, missing } of LIMITS) {
    const found = text.exec(reason);
    if (found !== null) return { kernel: found[1] ?? null, missing, reason };
  }
  // TensorFlow.js's own gradient of a kernel does not have the input's shape, as for a broadcast Maximum.
  const kernel = /Error in gradient for op (\w+)/.exec(reason)?.[1];
  return kernel !== undefined && tf.getGradient(kernel) != null ? { kernel, missing: null, reason } : null;
}

/** The kernel whose gradient function throws when f runs again; null if none does, and then a customGrad throws. */
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
    // This is the error under investigation.
  } finally {
    for (const [i, config] of configs.entries()) config.gradFunc = originals[i]!;
  }
  return thrower;
}

/**
 * Whether f, which threw, throws inside one of TensorFlow.js's own gradient functions that belongs to no kernel, such
 * as that of tf.logSigmoid, which captures an operand that may have been disposed.
 */
export function throwsInOwnGradient(f: () => void): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 64;
  try {
    f();
    return false;
  } catch (error) {
    // Other errors of TensorFlow.js are assertions about the gradients that a customGrad returned.
    if (!(error instanceof Error) || error.name !== 'TypeError') return false;
    const frames = [...(error.stack ?? '').matchAll(/^ *at (.*?)\(?([^\s()]+):\d+:\d+\)?$/gm)];
    // An error thrown by backpropagateGradients itself is about the gradients that it was given.
    const depth = frames.findIndex(([, name]) => /\bbackpropagateGradients\b/.test(name!));
    return depth > 0 && frames.slice(0, depth).every(([, , file]) => file === frames[depth]![2]);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * The text of an error, explained if TensorFlow.js crashed on a tensor that it does not know or on a gradient inside a
 * gradient.
 * @param again runs the function that threw once more
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
    // This is the error under investigation.
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
