import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type SweepResult, sweepSchema } from '../../src/results/sweep.ts';
import { trainSchema } from '../../src/results/train.ts';
import { backproof, scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const quick = ['--data', 'synthetic', '--per-class', '10', '--epochs', '3'];
/** A sweep that takes a while: 5,000 runs of 40,000 steps. */
const long = ['sweep', '--data', 'synthetic', '--per-class', '10', '--epochs', '2000', '--seeds', '0-4999'];
const readSweep = async (...path: string[]): Promise<SweepResult> =>
  sweepSchema.parse(JSON.parse(await readFile(join(...path, 'sweep.json'), 'utf8')));

describe('backproof sweep', () => {
  it('trains from every seed as train --engine fused does, and says what came of it', async () => {
    const cwd = await scratch();
    const { code, stdout } = await backproof(['sweep', ...quick, '--seeds', '3-5,9'], { cwd });
    expect(code).toBe(0);
    expect(await readdir(join(cwd, 'outputs'))).toEqual(['sweep.json']);
    const { runs, config, provenance, data } = await readSweep(cwd, 'outputs');
    expect([runs.seed, config.seeds, data.source]).toEqual([[3, 4, 5, 9], '3-5,9', 'synthetic']);
    expect(provenance.command).toBe(
      'backproof sweep --seeds 3-5,9 --per-class 10 --epochs 3 --data synthetic',
    );
    for (const part of [/SYNTHETIC/, /dead {6}\d of 4/, /last loss median/, /runs {6}4 made in .* runs\/s/]) {
      expect(stdout).toMatch(part);
    }
    await backproof(['train', ...quick, '--engine', 'fused', '--seed', '9'], { cwd });
    const train = trainSchema.parse(JSON.parse(await readFile(join(cwd, 'outputs', 'train.json'), 'utf8')));
    expect({
      firstLoss: runs.firstLoss[3],
      lastLoss: runs.lastLoss[3],
      trainAccuracy: runs.trainAccuracy[3],
      testAccuracy: runs.testAccuracy[3],
      deadReluSince: runs.deadReluSince[3],
      stalledSince: runs.stalledSince[3],
    }).toEqual({
      firstLoss: train.losses[0],
      lastLoss: train.losses.at(-1),
      trainAccuracy: train.train.accuracy,
      testAccuracy: train.test.accuracy,
      deadReluSince: train.diagnosis.deadReluSince,
      stalledSince: train.diagnosis.stalledSince,
    });
  });

  it('takes pairs and learning rates', async () => {
    const cwd = await scratch();
    const grid = ['sweep', ...quick, '--seeds', '0-3', '--pairs', '1v8,3v5', '--learning-rates', '0.05,0.1'];
    const { code, stdout } = await backproof([...grid, '--json'], { cwd });
    const { runs, summary, partial } = sweepSchema.parse(JSON.parse(stdout));
    expect([code, partial, summary.groups.length]).toEqual([0, null, 4]);
    expect(runs.pair).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(runs.learningRate.slice(0, 8)).toEqual([0.05, 0.05, 0.05, 0.05, 0.1, 0.1, 0.1, 0.1]);
  });

  it('on Ctrl-C writes what was done, marked partial, and exits 130', async () => {
    const cwd = await scratch();
    let asked = false;
    const stopped = await backproof(long, {
      cwd,
      onStderr: (soFar, kill) => {
        if (asked || !/^sweep: [1-9]/m.test(soFar)) return;
        asked = true;
        kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    const { partial, runs } = await readSweep(cwd, 'outputs');
    expect(runs.seed.length).toBeGreaterThan(0);
    expect(partial).toMatchObject({ reason: 'interrupted', done: runs.seed.length, total: 5000 });
    expect(stopped.stderr).toContain(`PARTIAL   interrupted with ${runs.seed.length} of 5000 runs made`);
    expect(await readdir(join(cwd, 'outputs'))).toEqual(['sweep.json']);
  });

  it('reads a configuration file, which flags override', async () => {
    const cwd = await scratch();
    await writeFile(
      join(cwd, 'c.json'),
      '{"seeds": "0-9", "pairs": ["1v8", "3v5"], "learningRate": 0.2, "data": "synthetic"}',
    );
    const printed = async (...flags: string[]): Promise<unknown> =>
      JSON.parse(
        (await backproof(['sweep', '--config', 'c.json', '--print-config', ...flags], { cwd })).stdout,
      );
    expect(await printed()).toMatchObject({ seeds: '0-9', pairs: ['1v8', '3v5'], learningRates: [0.2] });
    expect(await printed('--seed', '7', '--positive', '2', '--learning-rates', '1,2')).toMatchObject({
      seeds: '7',
      pairs: ['2v8'],
      learningRates: [1, 2],
    });
    expect(await readdir(cwd)).toEqual(['c.json']);
  });
});
