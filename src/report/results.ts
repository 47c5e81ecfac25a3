import type { AuditResult } from '../results/audit.ts';
import type { CompareResult } from '../results/compare.ts';
import type { Config, EarlyEnd } from '../results/shared.ts';
import type { SweepResult } from '../results/sweep.ts';
import type { TrainResult } from '../results/train.ts';
import { usageFailure } from '../system/errors.ts';
import type { EveryMistake } from './sections/live/everyMistake.ts';

/** The results that a report shows: train or compare or both of one run, or a sweep; also an audit, if there is one. */
export type ReportResults = {
  train?: TrainResult | undefined;
  compare?: CompareResult | undefined;
  audit?: AuditResult | undefined;
  sweep?: SweepResult | undefined;
  /** Another run, to compare with the one of `train`. */
  other?: TrainResult | undefined;
  /** The run of `train` with each planted mistake, which takes seconds to train. */
  everyMistake?: EveryMistake | null | undefined;
};

/** Whether the page is about one run; otherwise it is about a sweep only. */
export const isOfRun = ({ train, compare }: ReportResults): boolean =>
  train !== undefined || compare !== undefined;

/** A result of the run: the training, otherwise the comparison. @throws Failure (usage) if there is neither. */
export const anyResult = ({ train, compare }: ReportResults): TrainResult | CompareResult => {
  const result = train ?? compare;
  if (!result)
    throw usageFailure('report: expected train.json or compare.json, got neither; backproof run makes both');
  return result;
};

/** Whether any of the results was computed from the synthetic digits. */
export const isSynthetic = ({ train, compare, other, sweep }: ReportResults): boolean =>
  [train, compare, other, sweep].some((result) => result?.data.source === 'synthetic');

/** The results that ended before their last epoch, by name. */
export const partialRuns = ({ train, compare, other }: ReportResults): [string, NonNullable<EarlyEnd>][] =>
  Object.entries({
    Training: train?.partial,
    Comparison: compare?.partial,
    'The second run': other?.partial,
  }).flatMap(([name, partial]) => (partial ? [[name, partial]] : []));

/** Settings that differ between the two results of one page, which may come from different runs. */
export const differingSettings = ({ train, compare }: ReportResults): (keyof Config | 'images')[] => {
  if (!train || !compare) return [];
  const names = (
    ['seed', 'positive', 'negative', 'perClass', 'epochs', 'learningRate', 'kernelSize'] as const
  ).filter((name) => train.config[name] !== compare.config[name]);
  const images = ({ data }: TrainResult | CompareResult): string =>
    JSON.stringify([data.source, data.files.map((file) => file.sha256), data.indices]);
  return images(train) === images(compare) ? names : [...names, 'images'];
};
