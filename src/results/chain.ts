import { z } from 'zod';

const hopSchema = z.strictObject({
  maxAbs: z.number(),
  /** Largest |manual - reference| over the allowed difference: above 1 the hop is wrong. */
  maxOverAllowed: z.number(),
  /**
   * The element with the largest share of the allowed difference; dLogit has two: itself, and dBias, which is the same.
   */
  worst: z.strictObject({
    index: z.array(z.int().nonnegative()),
    /** null: not a finite number. */
    manual: z.number().nullable(),
    reference: z.number().nullable(),
    allowed: z.number(),
  }),
});
export type Hop = z.infer<typeof hopSchema>;

const hops = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ dLogit: value, dWeight: value, dRelu: value, dKernel: value });

/** The backward pass of one step, hop by hop, against the reference at the same parameters. */
const chainSchema = z.strictObject({
  precision: z.enum(['float32', 'float64']),
  epoch: z.int().positive(),
  sample: z.int().nonnegative(),
  /** Why the step was chosen. */
  reason: z.enum(['spread', 'saturated', 'nearly dead']),
  label: z.int().min(0).max(1),
  logit: z.number(),
  /** Pre-activations above 0. */
  open: z.int().nonnegative(),
  hops: hops(hopSchema),
  /** Places where one side's ReLU passes the gradient and the other's does not. */
  maskDisagreements: z.int().nonnegative(),
  /** The same step with a mistake planted in one layer: maxOverAllowed of each hop. */
  planted: z.array(
    z.strictObject({
      name: z.string(),
      what: z.string(),
      maxOverAllowed: hops(z.number()),
      maskDisagreements: z.int().nonnegative(),
    }),
  ),
});
export type Chain = z.infer<typeof chainSchema>;

/** One entry for each precision and chosen step; none if the run was stopped. */
export const chainsSchema = z.array(chainSchema);
