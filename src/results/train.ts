import { z } from 'zod';
import { consistent, lengthIs, type Rule } from './consistent.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from './imageSize.ts';
import { PARAMETER_LIMIT } from './parameterNames.ts';
import {
  configSchema,
  dataSchema,
  lossSchema,
  partialSchema,
  provenanceSchema,
  shareSchema,
} from './shared.ts';

const parameter = z.number().min(-PARAMETER_LIMIT).max(PARAMETER_LIMIT);
const vector = z.array(parameter);
const parametersSchema = z.strictObject({ kernel: z.array(vector), weight: vector, bias: parameter });
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
/** Images of the two digits as stored in results. */
export type ImagesResult = z.infer<typeof imagesSchema>;

const checkpointSchema = z.strictObject({
  /** 0: before training. */
  epoch: count,
  weight: vector,
  bias: parameter,
  trainAccuracy: shareSchema.nullable(),
  testAccuracy: shareSchema.nullable(),
});
/** The network after an epoch; its kernel is kernelHistory[epoch]. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

const trainFields = z.strictObject({
  schema: z.literal('backproof/train/1'),
  config: configSchema,
  data: dataSchema,
  partial: partialSchema,
  initial: parametersSchema,
  /** The logged loss of each finished epoch, averaged over its samples. */
  losses: z.array(lossSchema),
  /** After the last finished epoch. */
  parameters: parametersSchema,
  /** [epochs + 1][kernelSize * kernelSize], row-major; the first is the initial kernel. */
  kernelHistory: z.array(vector),
  /** After every epoch; for a run of more than 200, after 201 epochs spread over it, including the last. */
  checkpoints: z.array(checkpointSchema),
  /**
   * Counts of the logits of each finished epoch's steps: [epochs][bins]. Logits are signed towards the sample's own
   * label: below 0 the network is wrong. Bins are `width` wide from `from` on; the first and the last include
   * everything beyond.
   */
  logits: z.strictObject({
    from: z.number().min(-1000).max(0),
    width: z.number().min(0.01).max(100),
    counts: z.array(z.array(count).max(1000)),
  }),
  /** The images themselves; null if there are more than 2,000. */
  images: z.strictObject({ train: imagesSchema, test: imagesSchema }).nullable(),
  train: z.strictObject({ accuracy: shareSchema }),
  /** All test images of the two digits at threshold 0.5; null figures if the data has no test images. */
  test: z.strictObject({
    count: z.int().nonnegative(),
    accuracy: shareSchema.nullable(),
    confusion: z.tuple([
      z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
      z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    ]),
    auc: shareSchema.nullable(),
    /** The predicted probability of the positive digit for each image, in file order. */
    predictions: z.array(shareSchema),
  }),
  diagnosis: z.strictObject({
    /** First epoch after which no pre-activation of any training image was ever positive again; 0: from the start. */
    deadReluSince: z.int().nonnegative().nullable(),
    /** First epoch after which all training images were always put in the same class; 0: from the start. */
    stalledSince: z.int().nonnegative().nullable(),
    /** After each finished epoch: share of positive pre-activations over all training images. */
    activeFraction: z.array(shareSchema),
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

type Fields = z.infer<typeof trainFields>;

/** Everything that readers of the file rely on and the types cannot express. */
function* rules(result: Fields): Generator<Rule> {
  const { config, data, losses, partial, kernelHistory, checkpoints, logits, images, test, diagnosis } =
    result;
  const epochs = losses.length;
  const finished = 'one for each finished epoch';
  yield [
    partial === null ? epochs === config.epochs : epochs <= config.epochs,
    ['losses'],
    `${partial === null ? '' : 'at most '}${config.epochs} entries (config.epochs), got ${epochs}`,
  ];
  yield lengthIs(kernelHistory, epochs + 1, ['kernelHistory'], 'one more than losses');
  yield lengthIs(logits.counts, epochs, ['logits', 'counts'], finished);
  yield lengthIs(diagnosis.activeFraction, epochs, ['diagnosis', 'activeFraction'], finished);
  for (const name of ['deadReluSince', 'stalledSince'] as const)
    yield [(diagnosis[name] ?? 0) <= epochs, ['diagnosis', name], `an epoch up to ${epochs}`];

  const taps = config.kernelSize ** 2;
  const weights = (IMAGE_SIDE - config.kernelSize + 1) ** 2;
  const bySize = 'by config.kernelSize';
  for (const name of ['initial', 'parameters'] as const) {
    const { kernel, weight } = result[name];
    yield lengthIs(kernel, config.kernelSize, [name, 'kernel'], bySize);
    for (const [row, values] of kernel.entries())
      yield lengthIs(values, config.kernelSize, [name, 'kernel', row], bySize);
    yield lengthIs(weight, weights, [name, 'weight'], bySize);
  }
  for (const [at, kernel] of kernelHistory.entries())
    yield lengthIs(kernel, taps, ['kernelHistory', at], bySize);
  for (const [at, counts] of logits.counts.entries())
    yield lengthIs(counts, logits.counts[0]!.length, ['logits', 'counts', at], 'as in the first epoch');
  yield [checkpoints[0]?.epoch === 0, ['checkpoints'], 'the first of them before training'];
  yield [checkpoints.at(-1)?.epoch === epochs, ['checkpoints'], `the last of them after epoch ${epochs}`];
  for (const [at, { epoch, weight }] of checkpoints.entries()) {
    yield [at === 0 || epoch > checkpoints[at - 1]!.epoch, ['checkpoints', at, 'epoch'], 'ascending epochs'];
    yield lengthIs(weight, weights, ['checkpoints', at, 'weight'], bySize);
  }

  yield lengthIs(data.indices, data.trainCount, ['data', 'indices'], 'data.trainCount');
  yield [test.count === data.testCount, ['test', 'count'], `${data.testCount}, as data.testCount`];
  yield lengthIs(test.predictions, test.count, ['test', 'predictions'], 'test.count');
  const [[trueNegative, falsePositive], [falseNegative, truePositive]] = test.confusion;
  const right = trueNegative + truePositive;
  const inAll = right + falsePositive + falseNegative;
  yield [inAll === test.count, ['test', 'confusion'], `${test.count} images (test.count), got ${inAll}`];
  yield [
    test.accuracy === (test.count === 0 ? null : right / test.count),
    ['test', 'accuracy'],
    `${right} of ${test.count}, as in test.confusion, got ${test.accuracy}`,
  ];
  if (images === null) return;
  yield [
    images.train.count === data.trainCount,
    ['images', 'train'],
    `${data.trainCount} images (data.trainCount)`,
  ];
  yield [images.test.count === test.count, ['images', 'test'], `${test.count} images (test.count)`];
}

export const trainSchema = trainFields.check(consistent(rules));
/** train.json */
export type TrainResult = Fields;
