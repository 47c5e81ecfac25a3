// The findings of a bench.
import type { Dataset } from '../../src/notebook/data/images.ts';
import type { Line, Spread } from './statistics.ts';

/** Whether a contender's times count: those of `something else` are used nowhere, as its last loss is not this training's. */
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
  /** In one job; the whole training is 80. */
  readonly epochs: number;
  /** Runs in one job, each from its own seed: 1, or those of a sweep. */
  readonly runs: number;
  /** In one job, of all runs together. */
  readonly steps: number;
  readonly verdict: ContenderVerdict;
  /** Why it was not measured and what to do about it; null where it was. */
  readonly problem: string | null;
  /** The first job in its process: what compiles at the first call is in it. */
  readonly firstMilliseconds: number | null;
  /** Of a job, over all repetitions. */
  readonly milliseconds: Spread | null;
  readonly microsecondsPerStep: Spread | null;
  /** The logged loss of the last epoch; of a sweep the median of its runs. Null values are not finite. */
  readonly loss: {
    readonly came: number | null;
    readonly expected: number;
    /** Relative. */
    readonly difference: number | null;
    readonly allowed: number;
  } | null;
}

/** Two contenders whose times are held against each other, by their ids. */
export interface RatioWanted {
  readonly label: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Their time a step over ours, of the medians; low and high from the quartiles. Null where one was not measured. */
export interface RatioResult extends RatioWanted {
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The fused engine's time by one size. */
export interface GrowthResult {
  readonly by: 'samples' | 'epochs' | 'kernelSize';
  readonly points: readonly {
    /** The number of samples or epochs, or the kernel's side. */
    readonly value: number;
    /** The count that time should be in proportion to: steps of a job, or the products of their convolutions. */
    readonly units: number;
    /** Milliseconds of a job, the median. */
    readonly skipping: number;
    readonly dense: number;
  }[];
  /** Milliseconds over units; null of the kernel's side, for which the engine has code of several kinds. */
  readonly lines: { readonly skipping: Line; readonly dense: Line } | null;
}

/** The fused engine on one seed: a step's outputs evaluated out of 144, those gone back through, and lists made. */
export interface SeedResult {
  readonly seed: number;
  readonly microsecondsPerStep: Spread | null;
  /** Its time over seed 1's. */
  readonly ofSeed1: number | null;
  readonly outputsEvaluated: number;
  readonly outputsGoneBack: number;
  readonly listsMade: number;
}

/** Milliseconds of each part of the fused engine's first call in a fresh process, and of all. */
export type FirstCallResult = Readonly<Record<'load' | 'prepare' | 'train' | 'all', Spread>>;

/** Peak resident set of a command in a fresh process. */
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
  /** Processes that wanted the processor in the minute before the bench and in its last one: quiet is near 0 and 1. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export interface BenchResult {
  /** Why it ended early; null for a whole bench. */
  readonly partial: string | null;
  readonly data: Dataset['source'];
  readonly machine: Machine;
  /** Whether peers were asked for. */
  readonly peers: boolean;
  readonly repetitions: number;
  readonly contenders: readonly ContenderResult[];
  readonly ratios: readonly RatioResult[];
  readonly seeds: readonly SeedResult[];
  /** Null, and the two below empty, where only some contenders were asked for. */
  readonly firstCall: FirstCallResult | null;
  readonly growth: readonly GrowthResult[];
  readonly memory: readonly MemoryResult[];
  readonly seconds: number;
}
