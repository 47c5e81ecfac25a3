import { z } from 'zod';
import { consistent, lengthIs, type Rule } from './consistent.ts';
import { dataSchema, lossSchema, provenanceSchema, shareSchema } from './shared.ts';

const count = z.int().nonnegative();
const digit = z.int().min(0).max(9);
const epochOrNull = z.array(count.nullable());
const lossOrNull = z.array(lossSchema.nullable());
const shareOrNull = z.array(shareSchema.nullable());

const pairSchema = z.strictObject({ positive: digit, negative: digit });

export const sweepConfigSchema = z.strictObject({
  /** Ascending, each once: 0-99,200. */
  seeds: z.string(),
  pairs: z.array(pairSchema).min(1),
  learningRates: z.array(z.number().positive()).min(1),
  perClass: z.int().positive(),
  epochs: z.int().positive(),
  kernelSize: z.int().min(1).max(15),
  engine: z.literal('fused'),
  data: z.string(),
});
/** The configuration of a sweep: every seed with every learning rate on every pair. */
export type SweepConfig = z.infer<typeof sweepConfigSchema>;

export const sweepDataSchema = z.strictObject({
  source: dataSchema.shape.source,
  files: dataSchema.shape.files,
  /** The chosen images of each pair, in the configuration's order. */
  pairs: z.array(
    z.strictObject({
      ...pairSchema.shape,
      ...dataSchema.pick({ indices: true, trainCount: true, testCount: true }).shape,
    }),
  ),
});
export type SweepData = z.infer<typeof sweepDataSchema>;

/** The outcome of a run; the same names and meanings as in train.json. */
export const figureNames = [
  'firstLoss',
  'lastLoss',
  'trainAccuracy',
  'testAccuracy',
  'deadReluSince',
  'stalledSince',
  'diverged',
] as const;
export type FigureName = (typeof figureNames)[number];

/** A column for each figure, a row for each finished run: seeds vary fastest, then learning rates, then pairs. */
const runsSchema = z
  .strictObject({
    seed: z.array(count),
    /** Index in config.pairs, from 0. */
    pair: z.array(count),
    learningRate: z.array(z.number().positive()),
    /** Logged losses of the first and of the last finished epoch, averaged over its samples. */
    firstLoss: lossOrNull,
    lastLoss: lossOrNull,
    trainAccuracy: shareOrNull,
    testAccuracy: shareOrNull,
    /** As diagnosis.deadReluSince and diagnosis.stalledSince of train.json; a dead run is stalled as well. */
    deadReluSince: epochOrNull,
    stalledSince: epochOrNull,
    /** The epoch in which the logit diverged; null if it did not. */
    diverged: epochOrNull,
  })
  .refine(
    (runs) => Object.values(runs).every((column) => column.length === runs.seed.length),
    'columns are of different lengths',
  );
export type SweepRuns = z.infer<typeof runsSchema>;

const distributionSchema = z
  .strictObject({
    least: z.number(),
    lowerQuartile: z.number(),
    median: z.number(),
    upperQuartile: z.number(),
    greatest: z.number(),
  })
  .nullable();
/** Over the runs that did not diverge; null if there are none. */
export type Distribution = z.infer<typeof distributionSchema>;

const outcome = {
  runs: count,
  dead: count,
  /** Share of dead runs; null without runs. */
  deadShare: shareSchema.nullable(),
  /** Stalled but not dead. */
  stalled: count,
  diverged: count,
  lastLoss: distributionSchema,
  trainAccuracy: distributionSchema,
  testAccuracy: distributionSchema,
};
const outcomeSchema = z.strictObject(outcome);
export type SweepOutcome = z.infer<typeof outcomeSchema>;

const sweepFields = z.strictObject({
  schema: z.literal('backproof/sweep/1'),
  config: sweepConfigSchema,
  data: sweepDataSchema,
  /** For a sweep that was stopped; its runs are those that finished. */
  partial: z
    .strictObject({ reason: z.literal('interrupted'), done: count, total: count, message: z.string() })
    .nullable(),
  runs: runsSchema,
  summary: z.strictObject({
    ...outcome,
    /** The same for every pair and learning rate, in the grid's order. */
    groups: z.array(z.strictObject({ pair: count, learningRate: z.number().positive(), ...outcome })),
  }),
  timing: z.strictObject({
    /** Time that the thread spent on each run, in the order of `runs`. */
    milliseconds: z.array(z.number().nonnegative()),
    /** Number of threads. */
    workers: count,
    /** Total time, including starting and ending the threads. */
    seconds: z.number().nonnegative(),
  }),
  provenance: provenanceSchema,
});

type Fields = z.infer<typeof sweepFields>;

/** Everything that readers of the file rely on and the types cannot express. */
function* rules({ config, data, partial, runs, summary, timing }: Fields): Generator<Rule> {
  const { pairs, learningRates } = config;
  const count = runs.seed.length;
  yield lengthIs(data.pairs, pairs.length, ['data', 'pairs'], 'config.pairs');
  for (const [at, pair] of runs.pair.entries())
    yield [
      pair < pairs.length,
      ['runs', 'pair', at],
      `a place in config.pairs, below ${pairs.length}, got ${pair}`,
    ];
  yield lengthIs(timing.milliseconds, count, ['timing', 'milliseconds'], 'one for each run');
  yield [summary.runs === count, ['summary', 'runs'], `${count}, the runs`];
  if (partial !== null) {
    yield [partial.done === count, ['partial', 'done'], `${count}, the runs`];
    yield [partial.total >= count, ['partial', 'total'], `at least ${count}, the runs`];
  }
  const groups = 'one for each pair and learning rate';
  yield lengthIs(summary.groups, pairs.length * learningRates.length, ['summary', 'groups'], groups);
  for (const [at, { pair }] of summary.groups.entries())
    yield [pair < pairs.length, ['summary', 'groups', at, 'pair'], `a place in config.pairs, got ${pair}`];
}

export const sweepSchema = sweepFields.check(consistent(rules));
/** sweep.json */
export type SweepResult = Fields;
