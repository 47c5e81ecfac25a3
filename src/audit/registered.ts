import * as float64 from 'backproof/float64';
import type { AuditBackend, AuditMode } from '../results/auditNames.ts';
import { registerGradientsOn } from '../tfjs/gradients/register.ts';
import { restoreShipped } from '../tfjs/shipped.ts';
import { tf } from '../tfjs/tfjs.ts';
import { tfjsNames } from '../tfjs/tfjsNames.ts';

/**
 * Runs with a backend that is up, float64 beside it, as TensorFlow.js ships them, or with the entries of this package.
 * Double precision keeps its kernels in both: it is what the others are held against.
 */
export async function withRegistered<Result>(
  mode: AuditMode,
  backend: AuditBackend,
  run: () => Promise<Result>,
): Promise<Result> {
  const undo =
    mode === 'fixed'
      ? [registerGradientsOn(tf), registerGradientsOn(float64)]
      : backend === 'float64'
        ? []
        : [restoreShipped(tfjsNames[backend])];
  try {
    return await run();
  } finally {
    for (const each of undo.reverse()) each();
  }
}
