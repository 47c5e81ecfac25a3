import type { AuditMode } from '../results/auditNames.ts';
import type { BackendName } from '../results/runNames.ts';
import { startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
import { withRegistered } from './registered.ts';

/** A backend that runs in Node. */
export type NodeBackend = BackendName | 'float64';

/** Brings a backend of Node up and runs with it as TensorFlow.js ships it, or with the entries of this package. */
export async function inMode<Result>(
  mode: AuditMode,
  backend: NodeBackend,
  run: () => Promise<Result>,
): Promise<Result> {
  if (backend !== 'float64') await startBackend(backend);
  try {
    return await withRegistered(mode, backend, run);
  } finally {
    if (mode === 'plain') await restart(backend);
  }
}

/**
 * Starts wasm anew: some of its shipped kernels write where they should not, and what they overwrote would accuse others.
 */
export async function restart(backend: NodeBackend): Promise<void> {
  if (backend !== 'wasm') return;
  const factory = tf.findBackendFactory('wasm');
  // Its memory goes with it: what was overwritten cannot be freed piece by piece.
  tf.engine().findBackend('wasm').dispose = () => {};
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  await tf.setBackend('wasm');
}
