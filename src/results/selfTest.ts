import { z } from 'zod';

const plantedSchema = z.strictObject({
  name: z.string(),
  layer: z.string(),
  /** The mistake in words. */
  what: z.string(),
  /** At every seed: the check failed and blamed the backward pass, and the one wrong element if there is only one. */
  caught: z.boolean(),
  caughtSeeds: z.int().nonnegative(),
  /** The stage that the check failed at; "not caught" where it did not. */
  by: z.string(),
  /** Caught by the directional screen as well, at so many seeds; null where that was not asked. */
  screenSeeds: z.int().nonnegative().nullable(),
  /** The inputs whose gradient was found wrong, at the first seed; none where the gradients were not compared. */
  wrong: z.array(z.string()),
  /** The worst element, with its input, at the first seed; null where the gradients were not compared. */
  worst: z.string().nullable(),
  /** The checker's guess at the mistake, at the first seed. */
  looksLike: z.string().nullable(),
  /** One check, averaged over the seeds. */
  milliseconds: z.number().nonnegative(),
});
export type PlantedMistake = z.infer<typeof plantedSchema>;

/** The mutation self-test: planted mistakes and their correct twins, as the checker saw them. */
export const selfTestSchema = z.strictObject({
  /** pass: every mistake caught, no correct twin flagged. */
  verdict: z.enum(['pass', 'fail']),
  mode: z.enum(['full', 'sampled', 'directional']),
  mistakes: z.array(plantedSchema),
  /** The correct twins. A false alarm is any check that did not pass. */
  correct: z.array(
    z.strictObject({
      layer: z.string(),
      checks: z.int().nonnegative(),
      falseAlarms: z.int().nonnegative(),
      /** Message of the first false alarm. */
      message: z.string().nullable(),
      milliseconds: z.number().nonnegative(),
    }),
  ),
  /** Checks of correct twins. */
  checks: z.int().nonnegative(),
  falseAlarms: z.int().nonnegative(),
  seeds: z.int().positive(),
  seconds: z.number().nonnegative(),
});
export type SelfTestResult = z.infer<typeof selfTestSchema>;

/** The self-test behind a comparison: one is enough for each build. */
export const trialSchema = selfTestSchema.extend({
  /** cache: the same build passed it before, and what it tests has not changed since. */
  from: z.enum(['this run', 'cache']).default('this run'),
  /** ISO 8601; null in results of an older version, which tested in every run. */
  ranAt: z.iso.datetime().nullable().default(null),
});
export type Trial = z.infer<typeof trialSchema>;
