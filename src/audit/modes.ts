import type { AuditMode } from '../results/auditNames.ts';
import type { BackendName } from '../results/runNames.ts';
import { startBackend } from '../tfjs/backends.ts';
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
  return withRegistered(mode, backend, run);
}
