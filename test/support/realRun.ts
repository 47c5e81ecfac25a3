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

/** The same run as if it had been stopped in its first epoch: all that is known is how it started. */
export const stoppedAtOnce = (train: TrainResult): TrainResult => ({
  ...train,
  partial: { reason: 'interrupted', epoch: 1, sample: 5, message: 'stopped by a signal' },
  losses: [],
  parameters: train.initial,
  kernelHistory: train.kernelHistory.slice(0, 1),
  checkpoints: train.checkpoints.slice(0, 1),
  logits: { ...train.logits, counts: [] },
  diagnosis: { deadReluSince: null, stalledSince: null, activeFraction: [], saturatedSteps: 0 },
});
