import type { Config } from '../../results/shared.ts';
import type { Samples } from '../data/images.ts';
import type { Parameters } from '../model/parameters.ts';

/** The network after an epoch. */
export interface Frame {
  readonly epoch: number;
  readonly parameters: Parameters;
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
  /** Counts of the logits of that epoch's steps, signed towards their labels; null before the first epoch. */
  readonly logitCounts: readonly number[] | null;
}

/** A training run with the network after its epochs. */
export interface Run {
  readonly config: Config;
  readonly losses: readonly number[];
  /** In the order of the epochs, the start first; at least one. */
  readonly frames: readonly Frame[];
  readonly logitBins: { readonly from: number; readonly width: number };
  /** null if the run has too many to include. */
  readonly images: { readonly train: Samples; readonly test: Samples } | null;
  /** [test images] as the run itself computed them, in float64. */
  readonly predictions: readonly number[];
}
