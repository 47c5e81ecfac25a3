import { z } from 'zod';
import { parameterNames } from './shared.ts';

/** The most points of one precision and parameter that a file carries. */
export const MAX_POINTS = 300;

/** One element of a gradient at one step, on two sides. */
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
 * Elements of one parameter's gradient, manual (left) against autodiff of the logits loss: those nearest to, or furthest
 * over, what is allowed, and others spread over all sizes. Of elements that differ: the equal ones are counted.
 */
const scatterSchema = z.strictObject({
  precision: z.enum(['float32', 'float64']),
  parameter: z.enum(parameterNames),
  /** Elements of all steps, and those whose two values are the same to the last bit. */
  elements: z.int().nonnegative(),
  equal: z.int().nonnegative(),
  /** In the order of the run. */
  points: z.array(elementSchema).max(MAX_POINTS),
});
export type Scatter = z.infer<typeof scatterSchema>;

/** One entry for each precision and parameter. */
export const scattersSchema = z.array(scatterSchema);
