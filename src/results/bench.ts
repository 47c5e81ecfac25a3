import { z } from 'zod';
import { configSchema, dataSchema, provenanceSchema } from './shared.ts';

const count = z.int().nonnegative();
const size = z.number().nonnegative();

const spreadSchema = z.strictObject({
  count: z.int().positive(),
  min: size,
  q1: size,
  median: size,
  q3: size,
  max: size,
});

export const contenderVerdicts = ['same training', 'something else', 'not measured'] as const;
/** something else: its last loss is not that of this training, so its time is used nowhere. */
export type ContenderVerdict = (typeof contenderVerdicts)[number];

const contenderSchema = z.strictObject({
  id: z.string(),
  /** Who: an engine of ours, or a peer. */
  name: z.string(),
  /** How the steps are taken. */
  how: z.string(),
  side: z.enum(['ours', 'peer']),
  version: z.string().nullable(),
  seed: z.int().nonnegative(),
  /** In one job; the whole training is 80. */
  epochs: z.int().positive(),
  /** Runs in one job, each from its own seed: 1, or those of a sweep. */
  runs: z.int().positive(),
  /** In one job, of all runs together. */
  steps: z.int().positive(),
  verdict: z.enum(contenderVerdicts),
  /** Why it was not measured and what to do about it; null where it was. */
  problem: z.string().nullable(),
  /** The first job in its process: what compiles at the first call is in it. */
  firstMilliseconds: size.nullable(),
  /** Of a job, over all repetitions. */
  milliseconds: spreadSchema.nullable(),
  microsecondsPerStep: spreadSchema.nullable(),
  /** The logged loss of the last epoch; of a sweep the median of its runs. Null values are not finite. */
  loss: z
    .strictObject({
      came: z.number().nullable(),
      expected: z.number(),
      /** Relative. */
      difference: size.nullable(),
      allowed: size,
    })
    .nullable(),
});
export type ContenderResult = z.infer<typeof contenderSchema>;

const ratioSchema = z.strictObject({
  label: z.string(),
  /** Ids of contenders. */
  ours: z.string(),
  theirs: z.string(),
  /** Their time a step over ours, of the medians; low and high from the quartiles. Null where one was not measured. */
  ratio: size.nullable(),
  low: size.nullable(),
  high: size.nullable(),
  atLeast: size.nullable(),
  aimFor: size.nullable(),
});
export type RatioResult = z.infer<typeof ratioSchema>;

const lineSchema = z.strictObject({ slope: z.number(), constant: z.number(), r2: z.number() });

export const growthNames = ['samples', 'epochs', 'kernelSize'] as const;
const growthSchema = z.strictObject({
  by: z.enum(growthNames),
  points: z.array(
    z.strictObject({
      /** The number of samples or epochs, or the kernel's side. */
      value: z.int().positive(),
      /** What time should be in proportion to: steps of a job, or the products of their convolutions. */
      units: z.int().positive(),
      /** Median of a job. */
      skipping: size,
      dense: size,
    }),
  ),
  /** Milliseconds over units, by least squares; null of the kernel's side, for which the engine has code of several kinds. */
  lines: z.strictObject({ skipping: lineSchema, dense: lineSchema }).nullable(),
});
export type GrowthResult = z.infer<typeof growthSchema>;

export const benchSchema = z.strictObject({
  schema: z.literal('backproof/bench/1'),
  /** Why it ended early; null for a whole bench. */
  partial: z.string().nullable(),
  config: configSchema,
  data: dataSchema,
  provenance: provenanceSchema,
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryBytes: z.int().positive(),
    system: z.string(),
    node: z.string(),
    /** Processes that wanted the processor in the minute before the bench and in its last one: quiet is near 0 and 1. */
    loadBefore: size,
    loadAfter: size,
  }),
  /** Whether peers were asked for. */
  peers: z.boolean(),
  repetitions: z.int().positive(),
  contenders: z.array(contenderSchema),
  ratios: z.array(ratioSchema),
  /** The fused engine seed by seed: a step's outputs evaluated out of 144, those gone back through, and lists made. */
  seeds: z.array(
    z.strictObject({
      seed: z.int().nonnegative(),
      contender: z.string(),
      /** Its time over seed 1's. */
      ofSeed1: size.nullable(),
      outputsEvaluated: size,
      outputsGoneBack: size,
      listsMade: size,
    }),
  ),
  /** The fused engine in a fresh process: milliseconds of each part, and of all. Null where it was not measured. */
  firstCall: z
    .strictObject({
      load: spreadSchema,
      prepare: spreadSchema,
      train: spreadSchema,
      all: spreadSchema,
      atMost: size,
      aimFor: size,
    })
    .nullable(),
  growth: z.array(growthSchema),
  /** Peak resident set of a fresh process. */
  memory: z.array(z.strictObject({ what: z.string(), runs: count, peakBytes: spreadSchema })),
  seconds: size,
});
/** bench.json */
export type BenchResult = z.infer<typeof benchSchema>;
