// Names shared by the audit's results. They are separate from the schemas because the page uses them, and zod needs
// eval, which the page's policy forbids.
import { backendNames } from './runNames.ts';

export const gpuBackendNames = ['webgl', 'webgpu'] as const;
/** A backend of TensorFlow.js that only works in browsers. */
export type GpuBackend = (typeof gpuBackendNames)[number];

export const auditBackendNames = [...backendNames, ...gpuBackendNames, 'float64'] as const;
/**
 * A backend whose gradients are audited; float64 is TensorFlow.js in double precision, checked by finite differences.
 */
export type AuditBackend = (typeof auditBackendNames)[number];

export const auditVerdicts = ['right', 'wrong', 'refused', 'inconclusive'] as const;
/** refused: TensorFlow.js throws instead of giving a gradient. inconclusive: finite differences cannot decide. */
export type AuditVerdict = (typeof auditVerdicts)[number];

export const auditModes = ['fixed', 'plain'] as const;
/** TensorFlow.js as shipped, and with the entries of this package. */
export type AuditMode = (typeof auditModes)[number];
