import type { TF } from '../gradcheck/index.ts';

/**
 * The kernels with a registered gradient, in alphabetical order. Read from the registry itself, which TensorFlow.js
 * keeps in a global variable.
 */
export function registeredGradients(tf: TF): string[] {
  const globals = (globalThis as { _tfGlobals?: Map<string, Map<string, unknown>> })._tfGlobals;
  const names = [...(globals?.get('gradRegistry')?.keys() ?? [])];
  return names.filter((name) => tf.getGradient(name) != null).sort();
}

/** Registered gradients without a case, with the reason why there can be none. */
export const EXCLUDED: Readonly<Record<string, string>> = {};
