// Names that the audit's results share. The page needs them too, and is spared the schemas: zod asks for eval, which is
// refused there.
import { backendNames } from './runNames.ts';

export const gpuBackendNames = ['webgl', 'webgpu'] as const;
/** A backend of TensorFlow.js that only browsers have. */
export type GpuBackend = (typeof gpuBackendNames)[number];

export const auditBackendNames = [...backendNames, ...gpuBackendNames, 'float64'] as const;
/** A backend that gradients are audited on; float64 is TensorFlow.js in double precision, against finite differences. */
export type AuditBackend = (typeof auditBackendNames)[number];

export const auditVerdicts = ['right', 'wrong', 'refused', 'inconclusive'] as const;
/** refused: TensorFlow.js throws in place of a gradient. inconclusive: the differences cannot tell. */
export type AuditVerdict = (typeof auditVerdicts)[number];

export const auditModes = ['fixed', 'plain'] as const;
/** TensorFlow.js as it is shipped, and with the entries of this package. */
export type AuditMode = (typeof auditModes)[number];
