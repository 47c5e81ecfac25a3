// Apart from the schemas, so that the page's script carries no validator.

/** Parameter names, in the order that the notebook updates them. */
export const parameterNames = ['weight', 'bias', 'kernel'] as const;
export type ParameterName = (typeof parameterNames)[number];

/** A run with a parameter beyond this, to either side, has diverged: no drawing of it has a range that is finite. */
export const PARAMETER_LIMIT = 1e300;
