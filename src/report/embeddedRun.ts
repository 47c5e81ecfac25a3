import type { Samples } from '../notebook/data/images.ts';
import { toPixels } from '../notebook/data/pixels.ts';
import type { Frame, Run } from '../notebook/inference/run.ts';
import type { Config } from '../results/shared.ts';
import type { ImagesResult, TrainResult } from '../results/train.ts';
import { decodeBytes, decodeNumbers, encodeNumbers } from './numbers.ts';

/** A training run as embedded in the page, in JSON; long arrays of numbers are in base64. */
export interface EmbeddedRun {
  readonly config: Config;
  readonly losses: readonly number[];
  /** The epochs whose network is stored, 0 first, and for each of them kernel, weight and bias, one after the other. */
  readonly epochs: readonly number[];
  readonly parameters: string;
  readonly trainAccuracy: readonly (number | null)[];
  readonly testAccuracy: readonly (number | null)[];
  readonly logits: {
    readonly from: number;
    readonly width: number;
    readonly counts: readonly (readonly number[])[];
  };
  readonly images: { readonly train: ImagesResult; readonly test: ImagesResult } | null;
  readonly predictions: readonly number[];
}

/** The part of a run that the page needs. */
export function embedRun(train: TrainResult): EmbeddedRun {
  const { config, losses, checkpoints, kernelHistory, logits, images, test } = train;
  return {
    config,
    losses,
    epochs: checkpoints.map(({ epoch }) => epoch),
    parameters: encodeNumbers(
      checkpoints.flatMap(({ epoch, weight, bias }) => [...kernelHistory[epoch]!, ...weight, bias]),
    ),
    trainAccuracy: checkpoints.map(({ trainAccuracy }) => trainAccuracy),
    testAccuracy: checkpoints.map(({ testAccuracy }) => testAccuracy),
    logits: { ...logits, counts: checkpoints.slice(1).map(({ epoch }) => logits.counts[epoch - 1] ?? []) },
    images,
    predictions: test.predictions,
  };
}

/** Decodes an embedded run, in Node and in the page. */
export function decodeRun(embedded: EmbeddedRun): Run {
  const { config, losses, epochs, trainAccuracy, testAccuracy, logits, images, predictions } = embedded;
  const numbers = decodeNumbers(embedded.parameters);
  const taps = config.kernelSize ** 2;
  const size = numbers.length / epochs.length;
  const frames = epochs.map((epoch, at): Frame => {
    const start = at * size;
    return {
      epoch,
      parameters: {
        kernel: numbers.slice(start, start + taps),
        weight: numbers.slice(start + taps, start + size - 1),
        bias: numbers[start + size - 1]!,
      },
      trainAccuracy: trainAccuracy[at] ?? null,
      testAccuracy: testAccuracy[at] ?? null,
      logitCounts: at === 0 ? null : (logits.counts[at - 1] ?? null),
    };
  });
  return {
    config,
    losses,
    frames,
    logitBins: { from: logits.from, width: logits.width },
    images: images && { train: samplesOf(images.train), test: samplesOf(images.test) },
    predictions,
  };
}

const samplesOf = ({ count, pixels, labels, indices }: ImagesResult): Samples => ({
  count,
  pixels: toPixels(decodeBytes(pixels)),
  labels: Uint8Array.from(labels),
  indices,
});

/** The display names of the two classes, label 0 first. */
export const classNames = ({ positive, negative }: Config): [string, string] => [
  `digit ${negative}`,
  `digit ${positive}`,
];
