import { z } from 'zod';
import { configSchema, dataSchema, partialSchema, provenanceSchema } from './shared.ts';

const vector = z.array(z.number());
const parametersSchema = z.strictObject({ kernel: z.array(vector), weight: vector, bias: z.number() });

export const trainSchema = z.strictObject({
  schema: z.literal('backproof/train/1'),
  config: configSchema,
  data: dataSchema,
  partial: partialSchema,
  initial: parametersSchema,
  /** The logged loss of each finished epoch, averaged over its samples. */
  losses: vector,
  /** After the last finished epoch. */
  parameters: parametersSchema,
  /** [epochs + 1][kernelSize * kernelSize], row-major; the first is the initial kernel. */
  kernelHistory: z.array(vector),
  train: z.strictObject({ accuracy: z.number() }),
  /** All test images of the two digits at threshold 0.5; null figures where the data has no test images. */
  test: z.strictObject({
    count: z.int().nonnegative(),
    accuracy: z.number().nullable(),
    confusion: z.tuple([
      z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
      z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    ]),
    auc: z.number().nullable(),
  }),
  diagnosis: z.strictObject({
    /** First epoch after which no pre-activation of any training image was positive again; 0: from the start. */
    deadReluSince: z.int().nonnegative().nullable(),
    /** First epoch after which all training images were always given one and the same class; 0: from the start. */
    stalledSince: z.int().nonnegative().nullable(),
    /** After each finished epoch: share of positive pre-activations over all training images. */
    activeFraction: vector,
    /** Steps at which the logged loss's gradient was less than half of the exact one. */
    saturatedSteps: z.int().nonnegative(),
  }),
  timing: z.strictObject({
    steps: z.int().nonnegative(),
    seconds: z.number().nonnegative(),
    microsecondsPerStep: z.number().nonnegative().nullable(),
  }),
  provenance: provenanceSchema,
});
/** train.json */
export type TrainResult = z.infer<typeof trainSchema>;
