// Apart from the schemas, so that the page's script carries no validator.

/** Parameter names, in the order that the notebook updates them. */
export const parameterNames = ['weight', 'bias', 'kernel'] as const;
export type ParameterName = (typeof parameterNames)[number];
