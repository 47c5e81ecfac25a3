// Separate from the schemas, so that the page's script does not include a validator.

/** The hops of the backward pass, in the order in which a mistake propagates: from the logit to the kernel. */
export const hopNames = ['dLogit', 'dWeight', 'dRelu', 'dKernel'] as const;
export type HopName = (typeof hopNames)[number];
