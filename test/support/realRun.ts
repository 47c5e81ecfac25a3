import { problemOf } from '../../src/commands/problem.ts';
import { defaults, type Settings } from '../../src/commands/settings.ts';
import { trainResult } from '../../src/commands/train.ts';
import { syntheticDataset } from '../../src/notebook/data/synthetic.ts';
import { startFused } from '../../src/notebook/engines/fused/index.ts';
import { runEpochs } from '../../src/notebook/engines/loop.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { provenance } from './results.ts';

/** A train.json of a run that really took place, by the fused engine on the synthetic digits. */
export async function realRun(changes: Partial<Settings> = {}): Promise<TrainResult> {
  const settings: Settings = { ...defaults, engine: 'fused', data: 'synthetic', ...changes };
  const problem = problemOf(syntheticDataset(), settings);
  const run = await runEpochs(startFused(problem), problem.samples, settings.epochs);
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
