import type { AuditBackend } from '../results/auditNames.ts';
import { replacedKernels } from '../tfjs/shipped.ts';
import { tfjsNames } from '../tfjs/tfjsNames.ts';

/** The kernels that src/tfjs/float64/kernels.ts replaces, in addition to those of src/tfjs/cpu. */
const FLOAT64 = ['Elu', 'Erf', 'Selu', 'Softplus'];

/** The kernels of a running backend that are this project's own, in alphabetical order. */
export function ownKernels(backend: AuditBackend): string[] {
  if (backend === 'float64') return [...FLOAT64, ...replacedKernels('cpu')].sort();
  return replacedKernels(tfjsNames[backend]);
}
