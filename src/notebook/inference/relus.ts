import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import { referenceBuffers, referenceForward } from '../engines/reference.ts';
import { type Parameters, sideOf } from '../model/parameters.ts';
import type { Frame, Run } from './run.ts';

/**
 * Bins of pre-activations, which exclude their lower edge and include the upper one: bin `at` of `count` ends at (first
 * + at + 1) * width. So 0 is an edge, and no bin mixes open and closed ReLUs.
 */
export interface PreActivationBins {
  readonly first: number;
  readonly width: number;
  readonly count: number;
}

/** Values for label 0 and label 1. */
export type ByClass<Value> = readonly [Value, Value];

/** The state of the ReLUs on all training images, after some epoch. */
export interface Relus {
  /** Share of pre-activations above 0. */
  readonly open: ByClass<number>;
  /** Pre-activations in each bin; those beyond count in the outermost. */
  readonly counts: ByClass<readonly number[]>;
  /** Number of positions whose ReLU opens on no image of a class, and on no image at all. */
  readonly silent: ByClass<number>;
  readonly dead: number;
  readonly positions: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Counts them by a forward pass of each image, in float64. */
export function relusOf(parameters: Parameters, samples: Samples, bins: PreActivationBins): Relus {
  const { activations } = referenceBuffers(sideOf(parameters.kernel));
  const { convOut } = activations;
  const positions = convOut.length;
  const counts = [new Array<number>(bins.count).fill(0), new Array<number>(bins.count).fill(0)] as const;
  const openAt = [new Uint32Array(positions), new Uint32Array(positions)] as const;
  const images = [0, 0];
  let lowest = 0;
  let highest = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const label = samples.labels[sample] === 1 ? 1 : 0;
    const [count, open] = [counts[label], openAt[label]];
    images[label]! += 1;
    referenceForward(parameters, samples.pixels, sample * IMAGE_PIXELS, activations);
    for (let at = 0; at < positions; at++) {
      const value = convOut[at]!;
      if (value > 0) open[at]! += 1;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
      const bin = Math.ceil(value / bins.width) - 1 - bins.first;
      count[Math.max(0, Math.min(bins.count - 1, bin))]! += 1;
    }
  }
  const share = (label: 0 | 1): number =>
    openAt[label].reduce((sum, opened) => sum + opened, 0) / Math.max(1, images[label]! * positions);
  const silent = (label: 0 | 1): number => openAt[label].filter((opened) => opened === 0).length;
  return {
    open: [share(0), share(1)],
    counts,
    silent: [silent(0), silent(1)],
    dead: openAt[0].filter((opened, at) => opened + openAt[1][at]! === 0).length,
    positions,
    lowest,
    highest,
  };
}

/** Maximum number of forward passes while the page is made. */
const MOST_PASSES = 20_000;
const NO_BINS: PreActivationBins = { first: 0, width: 1, count: 1 };

/** Epochs spread over a run, including the start and the last, with the state of the ReLUs. */
export function relusByEpoch({ frames }: Run, samples: Samples): { epoch: number; relus: Relus }[] {
  const most = Math.max(8, Math.floor(MOST_PASSES / samples.count));
  const kept = Math.min(frames.length, most);
  const chosen = new Set(
    Array.from({ length: kept }, (_, at) => Math.round((at * (frames.length - 1)) / Math.max(1, kept - 1))),
  );
  return [...chosen].map((at) => ({
    epoch: frames[at]!.epoch,
    relus: relusOf(frames[at]!.parameters, samples, NO_BINS),
  }));
}

/** Approximate number of bins in a histogram. */
const BINS = 40;

/** Bins that cover the values of the given epochs. */
export function binsFor(epochs: readonly { relus: Relus }[]): PreActivationBins {
  const low = Math.min(...epochs.map(({ relus }) => relus.lowest));
  const high = Math.max(...epochs.map(({ relus }) => relus.highest));
  const rough = (high - low || 1) / BINS;
  // The next larger of 1, 2, 5 times a power of ten.
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = power * ([1, 2, 5].find((step) => step * power >= rough) ?? 10);
  const first = Math.min(-1, Math.floor(low / width));
  return { first, width, count: Math.max(2, Math.ceil(high / width) - first) };
}

const known = new WeakMap<Frame, Relus>();

/** The same for a frame of the page, cached. */
export function relusOfFrame(frame: Frame, samples: Samples, bins: PreActivationBins): Relus {
  const relus = known.get(frame) ?? relusOf(frame.parameters, samples, bins);
  known.set(frame, relus);
  return relus;
}
