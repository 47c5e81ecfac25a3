import type { AuditMode } from '../results/auditNames.ts';
import type { BackendName } from '../results/runNames.ts';
import { startBackend } from '../tfjs/backends.ts';
import { tf } from '../tfjs/tfjs.ts';
import { withRegistered } from './registered.ts';

/** A backend that runs in Node. */
export type NodeBackend = BackendName | 'float64';

/** Starts a backend of Node and runs with it, either as TensorFlow.js ships it or with the entries of this package. */
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

/** Events for which the wasm module installs handlers that rethrow the error. */
const EVENTS = ['uncaughtException', 'unhandledRejection'];

/** Restarts wasm: some of its shipped kernels write to the wrong memory, which would make later cases look wrong. */
export async function restart(backend: NodeBackend): Promise<void> {
  if (backend !== 'wasm') return;
  const factory = tf.findBackendFactory('wasm');
  // All of its memory is dropped: overwritten memory cannot be freed piece by piece.
  tf.engine().findBackend('wasm').dispose = () => {};
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  const emitter: NodeJS.EventEmitter = process;
  const before = EVENTS.map((event) => emitter.listeners(event));
  await tf.setBackend('wasm');
  // Every start of the module adds listeners to the process and never removes them.
  for (const [at, event] of EVENTS.entries())
    for (const listener of emitter.listeners(event) as (() => void)[])
      if (!before[at]!.includes(listener)) emitter.removeListener(event, listener);
}
