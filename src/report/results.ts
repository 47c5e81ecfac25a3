import type { AuditResult } from '../results/audit.ts';
import type { CompareResult } from '../results/compare.ts';
import type { Config, EarlyEnd } from '../results/shared.ts';
import type { SweepResult } from '../results/sweep.ts';
import type { TrainResult } from '../results/train.ts';
import { usageFailure } from '../system/errors.ts';
import type { EveryMistake } from './sections/live/everyMistake.ts';

/** The results that a report shows: one of the two, or both of one run, or a sweep; the audit where there is one. */
export type ReportResults = {
  train?: TrainResult | undefined;
  compare?: CompareResult | undefined;
  audit?: AuditResult | undefined;
  sweep?: SweepResult | undefined;
  /** Another run, laid over the one of `train`. */
  other?: TrainResult | undefined;
  /** The run of `train` with each planted mistake; to train them takes seconds. */
  everyMistake?: EveryMistake | null | undefined;
};

/** Whether the page is about one run: else it is about a sweep only. */
export const isOfRun = ({ train, compare }: ReportResults): boolean =>
  train !== undefined || compare !== undefined;

/** A result of one run that is there: the training, else the comparison. @throws Failure (usage) where neither is. */
export const anyResult = ({ train, compare }: ReportResults): TrainResult | CompareResult => {
  const result = train ?? compare;
  if (!result)
    throw usageFailure('report: expected train.json or compare.json, got neither; backproof run makes both');
  return result;
};

/** True where any of the results was computed from the generator's digits. */
export const isSynthetic = ({ train, compare, other, sweep }: ReportResults): boolean =>
  [train, compare, other, sweep].some((result) => result?.data.source === 'synthetic');

/** The results that ended before their last epoch, by name. */
export const partialRuns = ({ train, compare, other }: ReportResults): [string, NonNullable<EarlyEnd>][] =>
  Object.entries({
    Training: train?.partial,
    Comparison: compare?.partial,
    'The second run': other?.partial,
  }).flatMap(([name, partial]) => (partial ? [[name, partial]] : []));

/** Settings in which the two results differ although they stand on one page: they may be of different runs. */
export const differingSettings = ({ train, compare }: ReportResults): (keyof Config | 'images')[] => {
  if (!train || !compare) return [];
  const names = (
    ['seed', 'positive', 'negative', 'perClass', 'epochs', 'learningRate', 'kernelSize'] as const
  ).filter((name) => train.config[name] !== compare.config[name]);
  const images = ({ data }: TrainResult | CompareResult): string =>
    JSON.stringify([data.source, data.files.map((file) => file.sha256), data.indices]);
  return images(train) === images(compare) ? names : [...names, 'images'];
};
