// The findings of a bench.
import type { Dataset } from '../../src/notebook/data/images.ts';
import type { Line, Spread } from './statistics.ts';

/**
 * Whether a contender's times count: those of `something else` are never used, because its last loss is not that of
 * this training.
 */
export type ContenderVerdict = 'same training' | 'something else' | 'not measured';

export interface ContenderResult {
  readonly id: string;
  /** An engine of ours, or a peer. */
  readonly name: string;
  /** How the steps are taken. */
  readonly how: string;
  readonly side: 'ours' | 'peer';
  readonly version: string | null;
  readonly seed: number;
  /** Of one job; the whole training has 80. */
  readonly epochs: number;
  /** Runs in one job, each with a different seed: 1, or those of a sweep. */
  readonly runs: number;
  /** The steps in one job, of all runs together. */
  readonly steps: number;
  readonly verdict: ContenderVerdict;
  /** Why it was not measured and how to fix that; null if it was. */
  readonly problem: string | null;
  /** The first job in its process, which includes compilation at the first call. */
  readonly firstMilliseconds: number | null;
  /** The times of a job, over all repetitions. */
  readonly milliseconds: Spread | null;
  readonly microsecondsPerStep: Spread | null;
  /** The logged loss of the last epoch; for a sweep the median of its runs. Null values are not finite. */
  readonly loss: {
    readonly came: number | null;
    readonly expected: number;
    /** The relative difference. */
    readonly difference: number | null;
    readonly allowed: number;
  } | null;
}

/** Two contenders whose times are compared, by id. */
export interface RatioWanted {
  readonly label: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Their time per step divided by ours, from the medians; low and high from the quartiles. Null if one was not measured.
 */
export interface RatioResult extends RatioWanted {
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The fused engine's time as one size grows. */
export interface GrowthResult {
  readonly by: 'samples' | 'epochs' | 'kernelSize';
  readonly points: readonly {
    /** The number of samples or epochs, or the kernel's side. */
    readonly value: number;
    /** The count to which the time should be proportional: steps of a job, or the products of their convolutions. */
    readonly units: number;
    /** The median time of a job in milliseconds. */
    readonly skipping: number;
    readonly dense: number;
  }[];
  /**
   * The line of milliseconds over units; null for the kernel's side, because the engine has different code for
   * different sizes.
   */
  readonly lines: { readonly skipping: Line; readonly dense: Line } | null;
}

/** The fused engine on one seed: outputs evaluated per step, out of 144; those in the backward pass; and lists made. */
export interface SeedResult {
  readonly seed: number;
  readonly microsecondsPerStep: Spread | null;
  /** Its time divided by that of seed 1. */
  readonly ofSeed1: number | null;
  readonly outputsEvaluated: number;
  readonly outputsGoneBack: number;
  readonly listsMade: number;
}

/** Milliseconds of each part of the fused engine's first call in a fresh process, and in total. */
export type FirstCallResult = Readonly<Record<'load' | 'prepare' | 'train' | 'all', Spread>>;

/** The peak resident set of a command in a fresh process. */
export interface MemoryResult {
  readonly command: string;
  readonly peakBytes: Spread;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** The load average before the bench and at its end: near 0 and 1 on a quiet machine. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export interface BenchResult {
  /** Why it ended early; null if the bench is complete. */
  readonly partial: string | null;
  readonly data: Dataset['source'];
  readonly machine: Machine;
  /** Whether peers were requested. */
  readonly peers: boolean;
  readonly repetitions: number;
  readonly contenders: readonly ContenderResult[];
  readonly ratios: readonly RatioResult[];
  readonly seeds: readonly SeedResult[];
  /** Null, and the two below empty, if only some contenders were requested. */
  readonly firstCall: FirstCallResult | null;
  readonly growth: readonly GrowthResult[];
  readonly memory: readonly MemoryResult[];
  readonly seconds: number;
}
