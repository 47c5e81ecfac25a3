import { syntheticDataset } from '../../../src/notebook/data/synthetic.ts';
import { Grid } from '../../../src/notebook/sweep/grid.ts';
import { readSeeds } from '../../../src/notebook/sweep/seeds.ts';
import { planSweep, type SweepOptions, type SweepPlan, sweep } from '../../../src/notebook/sweep/sweep.ts';
import type { SweepConfig, SweepResult } from '../../../src/results/sweep.ts';

export const configWith = (more: Partial<SweepConfig> = {}): SweepConfig => ({
  seeds: '0-4,9',
  pairs: [
    { positive: 1, negative: 8 },
    { positive: 3, negative: 5 },
  ],
  learningRates: [0.1, 0.5],
  perClass: 3,
  epochs: 2,
  kernelSize: 5,
  engine: 'fused',
  data: 'synthetic',
  ...more,
});

const dataset = syntheticDataset();

/** A sweep over synthetic digits: 24 runs of 12 steps by default. */
export const planWith = (more: Partial<SweepConfig> = {}): SweepPlan => {
  const config = configWith(more);
  return planSweep(dataset, gridOf(config), config);
};

export const gridOf = (config: SweepConfig): Grid =>
  new Grid({ ...config, seeds: readSeeds('--seeds', config.seeds) });

const provenance: SweepResult['provenance'] = {
  version: '0.1.0',
  commit: null,
  dirty: null,
  node: process.version,
  tfjs: '4.22.0',
  backend: 'none',
  backendReason: 'WebAssembly, no TensorFlow.js',
  platform: process.platform,
  cpu: 'a test',
  startedAt: '2026-01-02T03:04:05.000Z',
  command: 'backproof sweep',
};

/** Runs a sweep in threads of the built program. */
export async function sweepOf(plan: SweepPlan, options: Partial<SweepOptions> = {}): Promise<SweepResult> {
  const signal = new AbortController().signal;
  return { ...(await sweep(plan, { workers: 2, signal, ...options })), provenance };
}
