import { loadDataset } from '../notebook/data/dataset.ts';
import type { Dataset, Samples } from '../notebook/data/images.ts';
import { select, selectAll } from '../notebook/data/select.ts';
import { initialParameters, type Parameters } from '../notebook/model/parameters.ts';
import type { DataSummary } from '../results/shared.ts';
import type { Console } from './console.ts';
import type { Settings } from './settings.ts';

/** A two-digit problem, ready to be trained. */
export interface PreparedProblem {
  readonly samples: Samples;
  /** All test images of the two digits; none where the data has no test split. */
  readonly test: Samples;
  readonly parameters: Parameters;
  readonly learningRate: number;
  readonly summary: DataSummary;
  /** `settings` with the source that `auto` came to. */
  readonly settings: Settings;
}

const noSamples: Samples = {
  count: 0,
  pixels: new Float32Array(),
  labels: new Uint8Array(),
  indices: [],
};

/** Loads the images, selects the samples, draws the parameters, and says what came of it. */
export async function prepareProblem(
  settings: Settings,
  console: Console,
  signal: AbortSignal,
): Promise<PreparedProblem> {
  const dataset = await loadImages(settings, console, signal);
  const problem = problemOf(dataset, settings);
  const { perClass, positive, negative } = settings;
  console.say(
    `data      ${titleOf(dataset.source, settings.data)}: ${perClass} images of ${positive} (label 1), ` +
      `${perClass} of ${negative} (label 0), out of ${dataset.train.count}; ${problem.test.count} test images`,
  );
  return problem;
}

/** The problem that the settings choose from images. @throws Failure (usage) where those are too few */
export function problemOf(dataset: Dataset, settings: Settings): PreparedProblem {
  const samples = select(dataset.train, settings);
  const test = dataset.test === null ? noSamples : selectAll(dataset.test, settings);
  return {
    samples,
    test,
    parameters: initialParameters(settings.seed, settings.kernelSize),
    learningRate: settings.learningRate,
    summary: {
      source: dataset.source,
      files: [...dataset.files],
      indices: [...samples.indices],
      trainCount: samples.count,
      testCount: test.count,
    },
    settings: settings.data === 'auto' ? { ...settings, data: dataset.source } : settings,
  };
}

/** Loads the images, showing the progress of a download. */
export async function loadImages(
  { data, offline }: Pick<Settings, 'data' | 'offline'>,
  console: Console,
  signal: AbortSignal,
): Promise<Dataset> {
  const progress = console.progress('download');
  const dataset = await loadDataset(data, {
    offline,
    signal,
    notice: console.notice,
    onProgress: (file, bytes, total) => {
      if (total !== null) progress.update(bytes, total, file);
    },
  });
  progress.done();
  return dataset;
}

/** A title of the images, from their source and the value of `--data`. */
export function titleOf(source: DataSummary['source'], spec: string): string {
  if (source === 'synthetic') return 'SYNTHETIC digits (not USPS)';
  return source === 'usps' ? 'USPS, verified' : spec;
}
