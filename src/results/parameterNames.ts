// Separate from the schemas, so that the page's script does not include a validator.

/** Parameter names, in the order in which the notebook updates them. */
export const parameterNames = ['weight', 'bias', 'kernel'] as const;
export type ParameterName = (typeof parameterNames)[number];

/** A run with a parameter beyond this magnitude has diverged: a plot of it would have no finite range. */
export const PARAMETER_LIMIT = 1e300;
