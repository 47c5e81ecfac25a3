import { z } from 'zod';
import { backwardMistakes, type MistakeName, mistakesFor } from '../../../notebook/model/mistakes.ts';
import type { TrainResult } from '../../../results/train.ts';
import { decodeRun, embedRun } from '../../embeddedRun.ts';
import { ownSettings } from './settings.ts';
import { LiveTrainer } from './trainer.ts';

/** Longest run, in steps, that is repeated with every mistake: a few seconds in all. */
const MOST_STEPS = 50_000;

const accuracySchema = z.number().nullable();
const epochSchema = z.int().nullable();
const outcomeSchema = z.object({
  losses: z.array(z.number()).readonly(),
  trainAccuracy: accuracySchema,
  testAccuracy: accuracySchema,
  deadReluSince: epochSchema,
  stalledSince: epochSchema,
  diverged: z.object({ epoch: z.int(), sample: z.int() }).nullable(),
});
const names = Object.keys(backwardMistakes) as [MistakeName, ...MistakeName[]];

/** The outcome of a run, out of its Try. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** The outcome of the run with each mistake planted, and without one; null where it is not trained again. */
export const everyMistakeSchema = z
  .object({
    right: outcomeSchema,
    wrong: z.array(outcomeSchema.extend({ mistake: z.enum(names) })).readonly(),
  })
  .nullable();
export type EveryMistake = NonNullable<z.infer<typeof everyMistakeSchema>>;

/** Whether a run has its images, and is short enough to be trained with every mistake. */
export const canTrainAgain = ({ config, images }: TrainResult): boolean =>
  images !== null && config.epochs * images.train.count <= MOST_STEPS;

/** Repeats a run with every mistake; null for a run without its images, or one that is too long. */
export function trainWithEveryMistake(train: TrainResult): EveryMistake | null {
  const { config, images } = decodeRun(embedRun(train));
  if (!images || !canTrainAgain(train)) return null;
  const trainer = new LiveTrainer(images, config.kernelSize);
  const outcomeWith = (mistake: MistakeName | null): Outcome => {
    trainer.begin({ ...ownSettings(config), mistake });
    for (;;) {
      const result = trainer.advance(Number.POSITIVE_INFINITY);
      if (result) return outcomeSchema.parse(result);
    }
  };
  return {
    right: outcomeWith(null),
    wrong: mistakesFor(config.kernelSize).map((mistake) => ({ ...outcomeWith(mistake), mistake })),
  };
}

/** Share of images read right: of the test images if there are any. */
const accuracy = ({ testAccuracy, trainAccuracy }: Outcome): number => testAccuracy ?? trainAccuracy ?? 0;

/** A loss of accuracy, one percentage point, that nobody would notice. */
const UNNOTICED = 0.01;

/** The mistakes that the accuracy does not reveal; null if the right gradient fails as well. */
export function unnoticed({ right, wrong }: EveryMistake): EveryMistake['wrong'] | null {
  if (right.diverged || right.deadReluSince !== null || right.stalledSince !== null) return null;
  return wrong.filter((one) => !one.diverged && accuracy(one) >= accuracy(right) - UNNOTICED);
}
