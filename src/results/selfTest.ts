import { z } from 'zod';

const plantedSchema = z.strictObject({
  name: z.string(),
  layer: z.string(),
  /** The description of the mistake. */
  what: z.string(),
  /** At every seed: the check failed and blamed the backward pass, and the one wrong element if there is only one. */
  caught: z.boolean(),
  caughtSeeds: z.int().nonnegative(),
  /** The stage at which the check failed; "not caught" if it did not. */
  by: z.string(),
  /** Number of seeds at which the directional screen caught it as well; null if that was not run. */
  screenSeeds: z.int().nonnegative().nullable(),
  /** The inputs whose gradients were found wrong, at the first seed; none if the gradients were not compared. */
  wrong: z.array(z.string()),
  /** The worst element, with its input, at the first seed; null if the gradients were not compared. */
  worst: z.string().nullable(),
  /** The checker's guess at the mistake, at the first seed. */
  looksLike: z.string().nullable(),
  /** Duration of one check, averaged over the seeds. */
  milliseconds: z.number().nonnegative(),
});
export type PlantedMistake = z.infer<typeof plantedSchema>;

/** The mutation self-test: the checker's results on planted mistakes and their correct twins. */
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
  /** Number of checks of correct twins. */
  checks: z.int().nonnegative(),
  falseAlarms: z.int().nonnegative(),
  seeds: z.int().positive(),
  seconds: z.number().nonnegative(),
});
export type SelfTestResult = z.infer<typeof selfTestSchema>;

/** The self-test that belongs to a comparison; it runs once per build. */
export const trialSchema = selfTestSchema.extend({
  /** cache: the same build passed it before, and the tested code has not changed since. */
  from: z.enum(['this run', 'cache']).default('this run'),
  /** ISO 8601; null in results of an older version, which ran the test every time. */
  ranAt: z.iso.datetime().nullable().default(null),
});
export type Trial = z.infer<typeof trialSchema>;
