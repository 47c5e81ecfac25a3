// Separate from the schemas, so that the command line starts without loading a validator.

export const engineNames = ['manual', 'autodiff', 'reference', 'fused'] as const;
/** The engine that computes a training step. */
export type EngineName = (typeof engineNames)[number];

export const lossNames = ['logits', 'logged'] as const;
/** The loss that autodiff differentiates: exact cross-entropy on the logit, or the one that the notebook logs. */
export type Loss = (typeof lossNames)[number];

export const backendNames = ['native', 'wasm', 'cpu'] as const;
/** The backend that runs tf ops. */
export type BackendName = (typeof backendNames)[number];
