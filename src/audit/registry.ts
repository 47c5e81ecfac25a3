import type { TF } from '../gradcheck/index.ts';

/**
 * The kernels with a registered gradient, in alphabetical order: the registry itself, which TensorFlow.js keeps among
 * the globals of the program.
 */
export function registeredGradients(tf: TF): string[] {
  const globals = (globalThis as { _tfGlobals?: Map<string, Map<string, unknown>> })._tfGlobals;
  const names = [...(globals?.get('gradRegistry')?.keys() ?? [])];
  return names.filter((name) => tf.getGradient(name) != null).sort();
}

/** Registered gradients without a case, and why there can be none. */
export const EXCLUDED: Readonly<Record<string, string>> = {};
