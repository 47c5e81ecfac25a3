import * as float64 from 'backproof/float64';
import type { AuditBackend, AuditMode } from '../results/audit.ts';
import { startBackend, tfjsNames } from '../tfjs/backends.ts';
import { registerGradientsOn } from '../tfjs/gradients/register.ts';
import { restoreShipped } from '../tfjs/shipped.ts';
import { tf } from '../tfjs/tfjs.ts';

/**
 * Runs with a backend up, float64 beside it, as TensorFlow.js ships them, or with the entries of this package.
 * Double precision keeps its kernels in both: it is what the others are held against.
 */
export async function inMode<Result>(
  mode: AuditMode,
  backend: AuditBackend,
  run: () => Promise<Result>,
): Promise<Result> {
  if (backend !== 'float64') await startBackend(backend);
  const undo =
    mode === 'mended'
      ? [registerGradientsOn(tf), registerGradientsOn(float64)]
      : backend === 'float64'
        ? []
        : [restoreShipped(tfjsNames[backend])];
  try {
    return await run();
  } finally {
    for (const each of undo.reverse()) each();
    if (mode === 'plain') await restart(backend);
  }
}

/**
 * Starts wasm anew: some of its shipped kernels write where they should not, and what they overwrote would accuse others.
 */
export async function restart(backend: AuditBackend): Promise<void> {
  if (backend !== 'wasm') return;
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  await tf.setBackend('wasm');
}
