import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticDataset } from '../../../src/notebook/data/synthetic.ts';
import { gridOf } from '../../../src/notebook/sweep/grid.ts';
import { planSweep, type SweepPlan } from '../../../src/notebook/sweep/plan.ts';
import { type Shard, WHOLE } from '../../../src/notebook/sweep/shard.ts';
import { type SweepOptions, sweep } from '../../../src/notebook/sweep/sweep.ts';
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

/** A sweep over synthetic digits: 24 runs of 12 steps, unless told otherwise. */
export const planWith = (more: Partial<SweepConfig> = {}, shard: Shard = WHOLE): SweepPlan => {
  const config = configWith(more);
  return planSweep(dataset, gridOf(config), shard, config);
};

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

/** Makes a sweep in a folder, in threads of the built program. */
export async function sweepIn(
  out: string,
  plan: SweepPlan,
  options: Partial<SweepOptions> = {},
): Promise<SweepResult> {
  let result: Omit<SweepResult, 'provenance'> | undefined;
  await sweep(plan, {
    out,
    workers: 2,
    version: provenance.version,
    signal: new AbortController().signal,
    onTakenOver: () => {},
    onProgress: () => {},
    write: async (made) => {
      result = made;
    },
    ...options,
  });
  if (!result) throw new Error('expected a result');
  return { ...result, provenance };
}

/** The same in a folder of its own, which goes. */
export async function sweepOf(plan: SweepPlan): Promise<SweepResult> {
  const out = await mkdtemp(join(tmpdir(), 'backproof-sweep-'));
  try {
    return await sweepIn(out, plan);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** What is the same however a sweep was made: all but where, when and how long. */
export const lasting = ({
  timing: _timing,
  provenance: _provenance,
  ...rest
}: Omit<SweepResult, 'provenance'> & { provenance?: unknown }): unknown => rest;
