import { usageFailure } from '../../system/errors.ts';
import type { DigitPair } from '../data/select.ts';
import type { Seeds } from './seeds.ts';

/** One run of a sweep; `run` is its index in the grid and `pair` the index of its digit pair. */
export interface Run {
  readonly run: number;
  readonly seed: number;
  readonly pair: number;
  readonly learningRate: number;
}

/** Limit on the runs of a sweep, which holds the figures of every run in memory and in one file. */
const MOST_RUNS = 1_000_000;

/** Every seed with every learning rate on every pair of digits: seeds vary fastest, pairs slowest. */
export class Grid {
  readonly count: number;
  readonly seeds: Seeds;
  readonly pairs: readonly DigitPair[];
  readonly learningRates: readonly number[];

  /** @throws Failure (usage) for more than a million runs */
  constructor({ seeds, pairs, learningRates }: Pick<Grid, 'seeds' | 'pairs' | 'learningRates'>) {
    this.seeds = seeds;
    this.pairs = pairs;
    this.learningRates = learningRates;
    this.count = seeds.count * pairs.length * learningRates.length;
    if (this.count > MOST_RUNS) {
      throw usageFailure(
        `--seeds: expected at most ${MOST_RUNS} runs in a sweep, got ${this.count} (seeds x pairs x learning rates); ` +
          'make several sweeps of it, each with some of the seeds',
      );
    }
  }

  /** The run at index 0 .. count - 1. */
  at(run: number): Run {
    const row = Math.floor(run / this.seeds.count);
    return {
      run,
      seed: this.seeds.at(run % this.seeds.count),
      pair: Math.floor(row / this.learningRates.length),
      learningRate: this.learningRates[row % this.learningRates.length]!,
    };
  }
}

/** The text form of a pair: 1v8, the digit with label 1 first. */
export const pairText = ({ positive, negative }: DigitPair): string => `${positive}v${negative}`;
