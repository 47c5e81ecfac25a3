import { loadDataset } from '../notebook/data/dataset.ts';
import type { Dataset } from '../notebook/data/images.ts';
import { problemOf, type RunProblem } from '../notebook/problem.ts';
import type { DataSummary } from '../results/shared.ts';
import type { Console } from './console.ts';
import { configOf, type Settings } from './settings.ts';

/** Loads the images, selects the samples, draws the initial parameters, and prints a summary. */
export async function prepareProblem(
  settings: Settings,
  console: Console,
  signal: AbortSignal,
): Promise<RunProblem> {
  const dataset = await loadImages(settings, console, signal);
  const problem = problemOf(dataset, configOf(settings));
  const { perClass, positive, negative } = settings;
  console.say(
    `data      ${titleOf(dataset.source, settings.data)}: ${perClass} images of ${positive} (label 1), ` +
      `${perClass} of ${negative} (label 0), out of ${dataset.train.count}; ${problem.test.count} test images`,
  );
  return problem;
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
