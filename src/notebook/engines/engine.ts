import type { Precision } from '../../numerics/ieee.ts';
import type { Samples } from '../data/images.ts';
import type { Parameters } from '../model/parameters.ts';

/** The samples to train on, and the parameters to start from. */
export interface Problem {
  readonly samples: Samples;
  /** The initial parameters; not modified. */
  readonly parameters: Parameters;
  readonly learningRate: number;
}

/** The figures that a run's diagnosis is based on. */
export interface TrainingState {
  /** [[true negative, false positive], [false negative, true positive]] */
  readonly confusion: [[number, number], [number, number]];
  /** Share of positive pre-activations over all samples; null without samples. */
  readonly activeFraction: number | null;
}

/** Takes training steps: one sample at a time, in order, with all gradients computed before any update. */
export interface Engine {
  readonly precision: Precision;
  /** Takes the steps of samples first .. first + count - 1; returns each one's logit before its update. */
  advance(first: number, count: number): Float64Array;
  /** The parameters after the last step taken, as copies. */
  parameters(): Parameters;
  /** The state of the network on the problem's samples, if the engine computes it faster than `evaluate` does. */
  evaluate?(): TrainingState;
  /** Frees the engine's memory. */
  dispose(): void;
}
