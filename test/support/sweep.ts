import { summaryOf } from '../../src/notebook/sweep/summary.ts';
import type { SweepConfig, SweepResult } from '../../src/results/sweep.ts';
import { configWith } from '../notebook/sweep/plans.ts';
import { provenance } from './results.ts';

/** A stopped sweep of six runs: trained, dead, stalled, diverged, trained, trained; or of other ones. */
export function sweepResult(
  changed: Partial<SweepResult['runs']> = {},
  settings: Partial<SweepConfig> = {},
): SweepResult {
  const runs = {
    seed: [0, 1, 2, 5, 7, 9],
    pair: [0, 0, 0, 0, 1, 1],
    learningRate: [0.1, 0.1, 0.1, 0.5, 0.1, 0.1],
    firstLoss: [0.7, 0.7, 0.7, 0.7, 0.6, 0.6],
    lastLoss: [0.02, 0.7, 0.69, null, 0.004, 0],
    trainAccuracy: [1, 0.5, 0.5, 0.25, 1, 0.985],
    testAccuracy: [0.99, 0.5, 0.5, 0.25, 0.95, 1],
    deadReluSince: [null, 3, null, null, null, null],
    stalledSince: [null, 2, 0, null, null, null],
    diverged: [null, null, null, 4, null, null],
    ...changed,
  };
  const config = configWith({ seeds: '0-2,5,7,9', epochs: 4, ...settings });
  return {
    schema: 'backproof/sweep/1',
    config,
    data: { source: 'synthetic', files: [], pairs: [] },
    partial: { reason: 'interrupted', done: 6, total: 24, message: 'interrupted with 6 of 24 runs made' },
    runs,
    summary: summaryOf(runs, config),
    timing: { milliseconds: [1, 1, 1, 1, 1, 1], workers: 2, seconds: 0.02 },
    provenance: provenance(),
  };
}
