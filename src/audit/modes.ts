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

/** Errors nobody catches, which the module of wasm throws again. */
const EVENTS = ['uncaughtException', 'unhandledRejection'];

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
  const emitter: NodeJS.EventEmitter = process;
  const before = EVENTS.map((event) => emitter.listeners(event));
  await tf.setBackend('wasm');
  // Each start of its module listens to the process anew, and never stops.
  for (const [at, event] of EVENTS.entries())
    for (const listener of emitter.listeners(event) as (() => void)[])
      if (!before[at]!.includes(listener)) emitter.removeListener(event, listener);
}
