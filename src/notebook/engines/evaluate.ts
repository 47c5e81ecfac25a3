import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';
import type { TrainingState } from './engine.ts';
import { referenceBuffers, referenceForward } from './reference.ts';

/** The network's results on samples: one forward pass each, in float64. */
export interface Evaluation extends TrainingState {
  /** [count] */
  readonly predictions: Float64Array;
  /** Share of samples on the right side of 0.5; null without samples. */
  readonly accuracy: number | null;
}

/** Runs the network forward on all samples. */
export function evaluate(parameters: Parameters, samples: Samples): Evaluation {
  const { activations } = referenceBuffers(sideOf(parameters.kernel));
  const confusion: Evaluation['confusion'] = [
    [0, 0],
    [0, 0],
  ];
  const predictions = new Float64Array(samples.count);
  let active = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    referenceForward(parameters, samples.pixels, sample * IMAGE_PIXELS, activations);
    predictions[sample] = activations.prediction;
    const predicted = activations.prediction > 0.5 ? 1 : 0;
    confusion[samples.labels[sample] === 1 ? 1 : 0][predicted]++;
    for (const value of activations.convOut) if (value > 0) active++;
  }
  return {
    predictions,
    accuracy: accuracyOf({ confusion }),
    confusion,
    activeFraction: share(active, samples.count * activations.convOut.length),
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Share of samples on the right side of 0.5; null without samples. */
export const accuracyOf = ({
  confusion: [[tn, fp], [fn, tp]],
}: Pick<Evaluation, 'confusion'>): number | null => share(tn + tp, tn + fp + fn + tp);

/**
 * Area under the ROC curve: the chance that a positive sample is rated above a negative one, ties counting half (the
 * Mann-Whitney statistic; Hanley and McNeil 1982). null if one of the classes is empty.
 */
export function areaUnderCurve(predictions: Float64Array, labels: Uint8Array): number | null {
  const order = Array.from(predictions.keys()).sort((a, b) => predictions[a]! - predictions[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && predictions[order[end]!] === predictions[order[start]!]) end++;
    // Equal predictions share the mean of the ranks start + 1 .. end.
    const rank = (start + 1 + end) / 2;
    for (const sample of order.slice(start, end)) {
      if (labels[sample] !== 1) continue;
      rankSum += rank;
      positives++;
    }
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
