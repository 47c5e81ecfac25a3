import type { MistakeName } from '../../../notebook/model/mistakes.ts';
import { commandLine, defaultConfig } from '../../../results/commandLine.ts';
import type { Config } from '../../../results/shared.ts';

/** The settings of a run that a reader can change. */
export interface LiveSettings {
  readonly seed: number;
  readonly learningRate: number;
  readonly epochs: number;
  /** Planted into the backward pass. */
  readonly mistake: MistakeName | null;
}

/** The settings of the run itself. */
export const ownSettings = ({ seed, learningRate, epochs }: Config): LiveSettings => ({
  seed,
  learningRate,
  epochs,
  mistake: null,
});

/** The ends of a slider. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

const SEEDS = 100;
/** A hundred seeds, including the run's own. */
export const seedRange = ({ seed }: Config): Range => {
  const min = seed < SEEDS ? 0 : Math.min(seed - SEEDS / 2, 2 ** 32 - SEEDS);
  return { min, max: min + SEEDS - 1 };
};

export const epochRange = ({ epochs }: Config): Range => ({ min: 1, max: Math.max(200, epochs) });

/** Steps of the learning-rate slider per factor of ten. */
const STEPS = 20;
/** Position of a learning rate on its slider. */
export const positionOf = (learningRate: number): number => Math.round(Math.log10(learningRate) * STEPS);

/** From 0.001 to 10, extended to include the run's own. */
export const learningRateRange = ({ learningRate }: Config): Range => ({
  min: Math.min(positionOf(0.001), positionOf(learningRate)),
  max: Math.max(positionOf(10), positionOf(learningRate)),
});

/**
 * The learning rate at a position of the slider, with two digits; at the position of the run's own, exactly that one.
 */
export const learningRateAt = (position: number, { learningRate }: Config): number =>
  position === positionOf(learningRate) ? learningRate : Number((10 ** (position / STEPS)).toPrecision(2));

/** Settings of the data and the network, which do not change. */
const kept = ['data', 'positive', 'negative', 'perClass', 'kernelSize', 'backend'] as const;

/** The command that repeats a try; null for one with a mistake. */
export const commandOfTry = (
  { seed, learningRate, epochs }: Omit<LiveSettings, 'mistake'>,
  config: Config,
): string =>
  commandLine('run', [
    ...kept
      .filter((name) => config[name] !== defaultConfig[name])
      .map((name) => [name, config[name]] as const),
    ['engine', 'fused'],
    ['seed', seed],
    ['learningRate', learningRate],
    ['epochs', epochs],
  ]);
