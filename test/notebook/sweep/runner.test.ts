import { describe, expect, it } from '@jest/globals';
import type { Dataset } from '../../../src/notebook/data/images.ts';
import { loadPath } from '../../../src/notebook/data/path.ts';
import { select, selectAll } from '../../../src/notebook/data/select.ts';
import { syntheticDataset } from '../../../src/notebook/data/synthetic.ts';
import { evaluate } from '../../../src/notebook/engines/evaluate.ts';
import { startFused } from '../../../src/notebook/engines/fused/index.ts';
import { runEpochs } from '../../../src/notebook/engines/loop.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { Runner } from '../../../src/notebook/sweep/runner.ts';
import { describeRealDigits } from '../../support/digits.ts';

/** Compares runs made in both ways, bit for bit; returns the number of runs by how they ended. */
async function agreeOn(
  dataset: Dataset,
  {
    perClass,
    epochs,
    kernelSize,
    seeds,
    learningRate,
  }: Record<'perClass' | 'epochs' | 'kernelSize' | 'learningRate', number> & { seeds: Iterable<number> },
): Promise<Record<'dead' | 'stalled' | 'diverged', number>> {
  const pair = { positive: 1, negative: 8 };
  const samples = select(dataset.train, { ...pair, perClass });
  const test = selectAll(dataset.test!, pair);
  const runner = new Runner({ samples, test, kernelSize, epochs });
  const ended = { dead: 0, stalled: 0, diverged: 0 };
  for (const seed of seeds) {
    const parameters = initialParameters(seed, kernelSize);
    const run = await runEpochs(startFused({ samples, parameters, learningRate }), samples, epochs);
    expect({ seed, ...(await runner.run(seed, learningRate)) }).toEqual({
      seed,
      firstLoss: run.losses[0] ?? null,
      lastLoss: run.losses.at(-1) ?? null,
      trainAccuracy: evaluate(run.parameters, samples).accuracy,
      testAccuracy: evaluate(run.parameters, test).accuracy,
      deadReluSince: run.deadReluSince,
      stalledSince: run.stalledSince,
      diverged: run.partial?.epoch ?? null,
    });
    if (run.partial) ended.diverged++;
    else if (run.deadReluSince !== null) ended.dead++;
    else if (run.stalledSince !== null) ended.stalled++;
  }
  return ended;
}

describe('a run of a sweep is that of train --engine fused', () => {
  const dataset = syntheticDataset();

  it('where it goes well', async () => {
    const usual = { perClass: 20, epochs: 6, kernelSize: 5, seeds: Array(10).keys(), learningRate: 0.1 };
    await agreeOn(dataset, usual);
    await agreeOn(dataset, { ...usual, kernelSize: 3, seeds: [0, 1, 2] });
  });

  it('where it dies', async () => {
    const { dead } = await agreeOn(dataset, {
      perClass: 20,
      epochs: 6,
      kernelSize: 5,
      seeds: Array(20).keys(),
      learningRate: 1,
    });
    expect(dead).toBeGreaterThan(2);
  });

  it('where it leaves the numbers', async () => {
    const { diverged } = await agreeOn(dataset, {
      perClass: 5,
      epochs: 4,
      kernelSize: 5,
      seeds: Array(10).keys(),
      learningRate: 1e36,
    });
    expect(diverged).toBeGreaterThan(2);
  });
});

describeRealDigits('and on the real digits', (folder) => {
  it('also where it stalls', async () => {
    const { dead, stalled } = await agreeOn(await loadPath(folder), {
      perClass: 100,
      epochs: 40,
      kernelSize: 5,
      seeds: [1, 23, 27, 39],
      learningRate: 0.1,
    });
    expect({ dead, stalled }).toEqual({ dead: 1, stalled: 2 });
  });
});
