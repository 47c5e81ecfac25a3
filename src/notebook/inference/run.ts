import type { Config } from '../../results/shared.ts';
import type { Samples } from '../data/images.ts';
import type { Parameters } from '../model/parameters.ts';

/** The network after an epoch: a point of a run. */
export interface Frame {
  readonly epoch: number;
  readonly parameters: Parameters;
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
  /** Logits of that epoch's steps towards their labels, counted; none before the first epoch. */
  readonly logitCounts: readonly number[] | null;
}

/** A training run with the network after each of its epochs. */
export interface Run {
  readonly config: Config;
  readonly losses: readonly number[];
  /** In the order of the epochs, the start first; at least one. */
  readonly frames: readonly Frame[];
  readonly logitBins: { readonly from: number; readonly width: number };
  /** null where the run has too many to carry. */
  readonly images: { readonly train: Samples; readonly test: Samples } | null;
  /** [test images] as the run itself computed them, in float64. */
  readonly predictions: readonly number[];
}
