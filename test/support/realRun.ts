import { syntheticDataset } from '../../src/notebook/data/synthetic.ts';
import { startFused } from '../../src/notebook/engines/fused/index.ts';
import { runEpochs } from '../../src/notebook/engines/loop.ts';
import { problemOf } from '../../src/notebook/problem.ts';
import { trainResult } from '../../src/notebook/train.ts';
import { defaultConfig } from '../../src/results/commandLine.ts';
import type { Config } from '../../src/results/shared.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { provenance } from './results.ts';

/** A train.json of a real run, by the fused engine on the synthetic digits. */
export async function realRun(changes: Partial<Config> = {}): Promise<TrainResult> {
  const config: Config = { ...defaultConfig, engine: 'fused', data: 'synthetic', ...changes };
  const problem = problemOf(syntheticDataset(), config);
  const run = await runEpochs(startFused(problem), problem.samples, config.epochs);
  return trainResult(problem, run, provenance());
}

/** The same run as if it had been stopped in its first epoch, so that only its start is known. */
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
