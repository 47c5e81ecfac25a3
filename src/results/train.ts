import { z } from 'zod';
import { IMAGE_PIXELS } from './imageSize.ts';
import { configSchema, dataSchema, partialSchema, provenanceSchema } from './shared.ts';

const vector = z.array(z.number());
const parametersSchema = z.strictObject({ kernel: z.array(vector), weight: vector, bias: z.number() });
const count = z.int().nonnegative();

const imagesSchema = z
  .strictObject({
    count,
    /** Greys 0..255, [count][16][16], a byte each, in base64. */
    pixels: z.base64(),
    /** 1 or 0 each. */
    labels: z.array(z.int().min(0).max(1)),
    /** 0-based positions in the file. */
    indices: z.array(count),
  })
  .refine(
    (images) =>
      images.labels.length === images.count &&
      images.indices.length === images.count &&
      Buffer.byteLength(images.pixels, 'base64') === images.count * IMAGE_PIXELS,
    { error: 'expected 256 bytes, a label and an index for each image' },
  );
/** Images of the two digits as results keep them. */
export type ImagesResult = z.infer<typeof imagesSchema>;

const checkpointSchema = z.strictObject({
  /** 0: before training. */
  epoch: count,
  weight: vector,
  bias: z.number(),
  trainAccuracy: z.number().nullable(),
  testAccuracy: z.number().nullable(),
});
/** The network after an epoch; its kernel is kernelHistory[epoch]. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

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
  /** After every epoch; of a run of more than 200, after 201 epochs spread over it, the last one among them. */
  checkpoints: z.array(checkpointSchema),
  /**
   * Logits of the steps of each finished epoch, counted: [epochs][bins]. A logit counts towards its sample's own label:
   * below 0 the network is wrong. Bins are `width` wide from `from` on; the first and the last take what lies beyond.
   */
  logits: z.strictObject({ from: z.number(), width: z.number().positive(), counts: z.array(z.array(count)) }),
  /** The images themselves; null where they are more than 2,000. */
  images: z.strictObject({ train: imagesSchema, test: imagesSchema }).nullable(),
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
    /** The probability that each image is the positive digit, in file order. */
    predictions: vector,
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
