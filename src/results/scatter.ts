import { z } from 'zod';
import { parameterNames } from './shared.ts';

/** Maximum number of points per precision and parameter in a file. */
export const MAX_POINTS = 300;

/** One element of a gradient at one step, on both sides. */
export const elementSchema = z.strictObject({
  /** 1-based epoch and 0-based sample. */
  epoch: z.int().positive(),
  sample: z.int().nonnegative(),
  index: z.array(z.int().nonnegative()),
  /** null: not a finite number. */
  left: z.number().nullable(),
  right: z.number().nullable(),
  allowed: z.number(),
});
export type ScatterPoint = z.infer<typeof elementSchema>;

/**
 * Elements of one parameter's gradient, manual (left) against autodiff of the logits loss: those with the largest share
 * of the allowed difference, and others spread over all magnitudes. Only elements that differ; the equal ones are
 * counted.
 */
const scatterSchema = z.strictObject({
  precision: z.enum(['float32', 'float64']),
  parameter: z.enum(parameterNames),
  /** Number of elements of all steps, and of those whose two values are bit-identical. */
  elements: z.int().nonnegative(),
  equal: z.int().nonnegative(),
  /** In the order of the run. */
  points: z.array(elementSchema).max(MAX_POINTS),
});
export type Scatter = z.infer<typeof scatterSchema>;

/** One entry for each precision and parameter. */
export const scattersSchema = z.array(scatterSchema);
