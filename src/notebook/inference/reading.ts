import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import type { Evaluation } from '../engines/evaluate.ts';
import { referenceBuffers, referenceForward } from '../engines/reference.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';
import type { Run } from './run.ts';

/** How the network reads samples: [count] each. */
export interface Reading {
  readonly logits: Float64Array;
  readonly predictions: Float64Array;
}

/** Reads all samples, in float64. */
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

/** [[true negative, false positive], [false negative, true positive]] where above the threshold means positive. */
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
  /** Samples rated at least this are read as positive; infinite where none is. */
  readonly rating: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1): only its corners, samples of equal rating as one straight piece, so that the
 * trapezoids under it are the Mann-Whitney statistic. Empty where one of the classes is.
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

/** The samples on the wrong side, the largest loss first. */
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

/** How the page's own predictions compare with those that the run wrote down. */
export interface Agreement {
  readonly images: number;
  /** Images on which the two differ by more than rounding. */
  readonly differing: number;
  readonly largest: number;
}

/**
 * Sums and products are the same in every engine of JavaScript; only Math.exp may differ, by a few units in the last
 * place, of which dp/dlogit = p(1-p) <= 1/4 lets at most a quarter through.
 */
const ROUNDING = 2 ** -50;

/** Reads every test image with the network as the run left it; null where the page has no test images. */
export function agreementOf({ frames, images, predictions }: Run): Agreement | null {
  if (!images || images.test.count === 0) return null;
  const own = readAll(frames.at(-1)!.parameters, images.test).predictions;
  const differences = own.map((prediction, at) => Math.abs(prediction - (predictions[at] ?? Number.NaN)));
  return {
    images: own.length,
    // Not `> ROUNDING`: a prediction that is missing is not a number, and differs.
    differing: differences.filter((difference) => !(difference <= ROUNDING)).length,
    largest: differences.reduce((most, difference) => (difference > most ? difference : most), 0),
  };
}
