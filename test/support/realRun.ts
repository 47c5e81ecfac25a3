import { defaults, type Settings } from '../../src/commands/settings.ts';
import { trainResult } from '../../src/commands/train.ts';
import { select, selectAll } from '../../src/data/select.ts';
import { syntheticDataset } from '../../src/data/synthetic.ts';
import { startFused } from '../../src/engines/fused/index.ts';
import { train } from '../../src/engines/train.ts';
import { initialParameters } from '../../src/model/parameters.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { provenance } from './results.ts';

/** A train.json of a run that really took place, by the fused engine on the synthetic digits. */
export async function realRun(changes: Partial<Settings> = {}): Promise<TrainResult> {
  const settings: Settings = { ...defaults, engine: 'fused', data: 'synthetic', ...changes };
  const dataset = syntheticDataset();
  const samples = select(dataset.train, settings);
  const test = selectAll(dataset.test!, settings);
  const problem = {
    images: dataset.train,
    settings,
    samples,
    test,
    parameters: initialParameters(settings.seed, settings.kernelSize),
    learningRate: settings.learningRate,
    summary: {
      source: dataset.source,
      files: [],
      indices: [...samples.indices],
      trainCount: samples.count,
      testCount: test.count,
    },
  };
  const run = await train(startFused(problem), samples, settings.epochs);
  return trainResult(problem, run, provenance());
}
