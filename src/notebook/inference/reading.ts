import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import type { Evaluation } from '../engines/evaluate.ts';
import { referenceBuffers, referenceForward } from '../engines/reference.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';
import type { Run } from './run.ts';

/** The network's logits and predictions for samples: [count] each. */
export interface Reading {
  readonly logits: Float64Array;
  readonly predictions: Float64Array;
}

/** Runs the network on all samples, in float64. */
export function readAll(parameters: Parameters, { count, pixels }: Samples): Reading {
  const { activations } = referenceBuffers(sideOf(parameters.kernel));
  const logits = new Float64Array(count);
  const predictions = new Float64Array(count);
  for (let sample = 0; sample < count; sample++) {
    referenceForward(parameters, pixels, sample * IMAGE_PIXELS, activations);
    logits[sample] = activations.logit;
    predictions[sample] = activations.prediction;
  }
  return { logits, predictions };
}

/**
 * [[true negative, false positive], [false negative, true positive]]; a sample above the threshold counts as positive.
 */
export function confusionAt(
  predictions: Float64Array,
  labels: Uint8Array,
  threshold: number,
): Evaluation['confusion'] {
  const confusion: Evaluation['confusion'] = [
    [0, 0],
    [0, 0],
  ];
  for (const [at, prediction] of predictions.entries())
    confusion[labels[at] === 1 ? 1 : 0][prediction > threshold ? 1 : 0]++;
  return confusion;
}

/** The shares of negatives and of positives that are read as positive. */
export interface RocPoint {
  readonly falsePositives: number;
  readonly truePositives: number;
  /** Samples with at least this prediction are read as positive; infinite if none is. */
  readonly rating: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1): only its corners, with samples of equal prediction as one straight piece, so
 * that the trapezoids under it are the Mann-Whitney statistic. Empty if one of the classes is empty.
 */
export function rocCurve(predictions: Float64Array, labels: Uint8Array): RocPoint[] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const order = Array.from(predictions.keys()).sort((a, b) => predictions[b]! - predictions[a]!);
  const points: { fp: number; tp: number; rating: number }[] = [
    { fp: 0, tp: 0, rating: Number.POSITIVE_INFINITY },
  ];
  let fp = 0;
  let tp = 0;
  for (const [rank, sample] of order.entries()) {
    if (labels[sample] === 1) tp += 1;
    else fp += 1;
    const rating = predictions[sample]!;
    const next = order[rank + 1];
    if (next !== undefined && predictions[next] === rating) continue;
    const [before, last] = [points.at(-2), points.at(-1)!];
    const isStraight =
      before && (last.fp - before.fp) * (tp - last.tp) === (last.tp - before.tp) * (fp - last.fp);
    if (isStraight) points.pop();
    points.push({ fp, tp, rating });
  }
  return points.map((point) => ({
    falsePositives: point.fp / negatives,
    truePositives: point.tp / positives,
    rating: point.rating,
  }));
}

/** A sample on the wrong side of the threshold. */
export interface Misread {
  readonly sample: number;
  readonly label: number;
  readonly prediction: number;
  /** Exact binary cross-entropy on the logit. */
  readonly loss: number;
}

/** The misread samples, the largest loss first. */
export function misread({ logits, predictions }: Reading, labels: Uint8Array, threshold: number): Misread[] {
  return Array.from(labels, (label, sample): Misread => {
    const against = label === 1 ? -logits[sample]! : logits[sample]!;
    // log(1 + e^against), without overflow
    const loss = Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
    return { sample, label, prediction: predictions[sample]!, loss };
  })
    .filter(({ label, prediction }) => (prediction > threshold ? 1 : 0) !== label)
    .sort((a, b) => b.loss - a.loss);
}

/** Compares the page's own predictions with those stored in the run. */
export interface Agreement {
  readonly images: number;
  /** Number of images whose predictions differ by more than rounding. */
  readonly differing: number;
  readonly largest: number;
}

/**
 * Sums and products are the same in every JavaScript engine; only Math.exp may differ, by a few units in the last
 * place. dp/dlogit = p(1-p) <= 1/4, so at most a quarter of that reaches the prediction.
 */
const ROUNDING = 2 ** -50;

/** Reads every test image with the network at the end of the run; null if the page has no test images. */
export function agreementOf({ frames, images, predictions }: Run): Agreement | null {
  if (!images || images.test.count === 0) return null;
  const own = readAll(frames.at(-1)!.parameters, images.test).predictions;
  const differences = own.map((prediction, at) => Math.abs(prediction - (predictions[at] ?? Number.NaN)));
  return {
    images: own.length,
    // Not `> ROUNDING`: a missing prediction gives NaN, which must count as different.
    differing: differences.filter((difference) => !(difference <= ROUNDING)).length,
    largest: differences.reduce((most, difference) => (difference > most ? difference : most), 0),
  };
}
