/**
 * The kernels of each backend as TensorFlow.js ships them, kept before this project replaces them: the audit tests
 * both.
 */
import * as tf from '@tensorflow/tfjs';

type Kernels = ReadonlyMap<string, tf.KernelConfig>;

const shipped = new Map<string, Kernels>();

const kernelsOf = (backend: string): Kernels =>
  new Map(tf.getKernelsForBackend(backend).map((config) => [config.kernelName, config]));

/** Keeps the kernels that a backend has now. Call it before any of them is replaced. */
export function keepShipped(backend: string): void {
  if (!shipped.has(backend)) shipped.set(backend, kernelsOf(backend));
}

/**
 * Puts the shipped kernels of a running backend in place of this project's own.
 *
 * @returns a function that restores the kernels registered before
 * @throws Error if none were kept
 */
export function restoreShipped(backend: string): () => void {
  const kept = shipped.get(backend);
  if (kept === undefined)
    throw new Error(`restoreShipped: expected kernels of ${backend} to be kept, got none`);
  const own = kernelsOf(backend);
  replace(backend, own, kept);
  return () => replace(backend, kept, own);
}

/** The kernels of a backend that differ from the shipped ones, in alphabetical order. */
export function replacedKernels(backend: string): string[] {
  const kept = shipped.get(backend);
  return [...kernelsOf(backend)]
    .filter(([name, config]) => kept?.get(name) !== config)
    .map(([name]) => name)
    .sort();
}

function replace(backend: string, from: Kernels, to: Kernels): void {
  for (const [name, config] of from) if (to.get(name) !== config) tf.unregisterKernel(name, backend);
  for (const [name, config] of to) {
    if (from.get(name) === config) continue;
    tf.registerKernel(config);
    // The kernel may have been replaced before the backend started, and so was never set up.
    config.setupFunc?.(tf.engine().findBackend(backend));
  }
}

// Imported before src/tfjs/cpu, whose module registers its kernels on import.
keepShipped('cpu');
