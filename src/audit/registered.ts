import * as float64 from 'backproof/float64';
import type { AuditBackend, AuditMode } from '../results/auditNames.ts';
import { registerGradientsOn } from '../tfjs/gradients/register.ts';
import { restoreShipped } from '../tfjs/shipped.ts';
import { tf } from '../tfjs/tfjs.ts';
import { tfjsNames } from '../tfjs/tfjsNames.ts';

/**
 * Runs with a running backend and float64, either as TensorFlow.js ships them or with the entries of this package.
 * Double precision keeps its kernels in both modes, because the others are compared with it.
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
