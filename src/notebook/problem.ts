import { defaultConfig, requireLossOfEngine } from '../results/commandLine.ts';
import { type Config, configSchema, type DataSummary } from '../results/shared.ts';
import { usageFailure } from '../system/errors.ts';
import { type LoadOptions, loadDataset } from './data/dataset.ts';
import type { Dataset, Samples } from './data/images.ts';
import { select, selectAll } from './data/select.ts';
import type { Problem } from './engines/engine.ts';
import { initialParameters } from './model/parameters.ts';

/** A two-digit problem, ready to be trained and compared. */
export interface RunProblem extends Problem {
  /** All test images of the two digits; empty if the data has no test split. */
  readonly test: Samples;
  readonly summary: DataSummary;
  /** Its `data` is the source that `auto` resolved to. */
  readonly config: Config;
}

const noSamples: Samples = {
  count: 0,
  pixels: new Float32Array(),
  labels: new Uint8Array(),
  indices: [],
};

/**
 * Loads images, selects the samples of two digits and draws the initial parameters.
 *
 * @param changes settings that differ from the notebook's: see `defaultConfig`
 * @throws Failure (usage) for a setting out of its range, bad data, or too few images
 */
export async function loadProblem(
  changes: { readonly [Name in keyof Config]?: Config[Name] } = {},
  loading: { readonly [Name in keyof LoadOptions]?: LoadOptions[Name] } = {},
): Promise<RunProblem> {
  const { data, error } = configSchema.safeParse({ ...defaultConfig, ...changes });
  const issue = error?.issues[0];
  if (issue) throw usageFailure([...issue.path, issue.message].join(': '));
  const config = data!;
  requireLossOfEngine(config);
  return problemOf(await loadDataset(config.data, { offline: false, ...loading }), config);
}

/**
 * Selects the problem that a configuration describes from loaded images.
 *
 * @throws Failure (usage) if there are too few images, or both digits are the same
 */
export function problemOf(dataset: Dataset, config: Config): RunProblem {
  const samples = select(dataset.train, config);
  const test = dataset.test === null ? noSamples : selectAll(dataset.test, config);
  return {
    samples,
    test,
    parameters: initialParameters(config.seed, config.kernelSize),
    learningRate: config.learningRate,
    summary: {
      source: dataset.source,
      files: [...dataset.files],
      indices: [...samples.indices],
      trainCount: samples.count,
      testCount: test.count,
    },
    config: config.data === 'auto' ? { ...config, data: dataset.source } : config,
  };
}
