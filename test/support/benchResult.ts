import { spreadOf } from '../../src/bench/statistics.ts';
import { type BenchResult, benchSchema, type ContenderResult } from '../../src/results/bench.ts';
import { trainResult } from './results.ts';

const contender = (
  id: string,
  name: string,
  side: ContenderResult['side'],
  microseconds: number,
  difference = 2e-4,
): ContenderResult => ({
  id,
  name,
  how: `how ${name} does it`,
  side,
  version: side === 'peer' ? '1.2.3' : null,
  seed: 1,
  epochs: 80,
  runs: 1,
  steps: 16_000,
  verdict: difference <= 1e-3 ? 'same training' : 'something else',
  problem: null,
  firstMilliseconds: 60,
  milliseconds: spreadOf([15, 16, 18].map((factor) => factor * microseconds)),
  microsecondsPerStep: spreadOf([15, 16, 18].map((factor) => (factor * microseconds) / 16)),
  loss: { came: 2.8e-5, expected: 2.8e-5, difference, allowed: 1e-3 },
});

const missing = (id: string, name: string): ContenderResult => ({
  ...contender(id, name, 'peer', 1),
  version: null,
  verdict: 'not measured',
  problem: 'jax is not set up; npm run peers:setup gets it',
  firstMilliseconds: null,
  milliseconds: null,
  microsecondsPerStep: null,
  loss: null,
});

/** A bench.json of a run with peers: one as fast as told, one that computes something else, one that is missing. */
export const benchResult = (source: 'usps' | 'synthetic' = 'usps'): BenchResult => {
  const { config, data, provenance } = trainResult({ source });
  const points = [50, 100, 200].map((value) => ({
    value,
    units: 80 * value,
    skipping: 0.016 * value + 0.1,
    dense: 0.04 * value,
  }));
  const part = spreadOf([2, 3, 5]);
  return benchSchema.parse({
    schema: 'backproof/bench/1',
    partial: null,
    config: { ...config, engine: 'fused' },
    data,
    provenance: { ...provenance, backend: 'none', command: 'backproof bench --peers --repetitions 3' },
    machine: {
      cpu: 'Example CPU',
      cores: 2,
      memoryBytes: 16 * 2 ** 30,
      system: 'linux x64 6.1',
      node: 'v20.19.0',
      loadBefore: 0.1,
      loadAfter: 1,
    },
    peers: true,
    repetitions: 3,
    contenders: [
      contender('fused', 'backproof fused', 'ours', 0.2),
      contender('manual-wasm', 'backproof manual on wasm', 'ours', 64),
      contender('c', 'C', 'peer', 0.8),
      contender('numpy', 'NumPy', 'peer', 600, 0.4),
      missing('jax-scan', 'JAX'),
    ],
    ratios: [
      {
        label: 'fused against plain C',
        ours: 'fused',
        theirs: 'c',
        ratio: 4,
        low: 3.3,
        high: 4.8,
        atLeast: 2,
        aimFor: 4,
      },
      {
        label: 'fused against JAX',
        ours: 'fused',
        theirs: 'jax-scan',
        ratio: null,
        low: null,
        high: null,
        atLeast: 8,
        aimFor: 15,
      },
    ],
    seeds: [
      {
        seed: 1,
        contender: 'fused',
        ofSeed1: 1,
        outputsEvaluated: 54.1,
        outputsGoneBack: 32.6,
        listsMade: 0.112,
      },
    ],
    firstCall: { load: part, prepare: part, train: part, all: part, atMost: 30, aimFor: 15 },
    growth: [
      {
        by: 'samples',
        points,
        lines: {
          skipping: { slope: 0.0002, constant: 0.1, r2: 1 },
          dense: { slope: 0.0005, constant: 0, r2: 1 },
        },
      },
      { by: 'kernelSize', points: [{ value: 5, units: 1008, skipping: 3.2, dense: 7 }], lines: null },
    ],
    memory: [{ what: 'backproof train --engine fused', runs: 1, peakBytes: spreadOf([120e6, 121e6, 125e6]) }],
    seconds: 47.2,
  });
};
