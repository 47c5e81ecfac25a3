import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type SweepResult, sweepSchema } from '../../src/results/sweep.ts';
import { trainSchema } from '../../src/results/train.ts';
import { backproof, scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const quick = ['--data', 'synthetic', '--per-class', '10', '--epochs', '3'];
/** A sweep of which every run takes a while: 60 of 40,000 steps. */
const long = ['sweep', '--data', 'synthetic', '--per-class', '10', '--epochs', '2000', '--seeds', '0-59'];
const readSweep = async (...path: string[]): Promise<SweepResult> =>
  sweepSchema.parse(JSON.parse(await readFile(join(...path, 'sweep.json'), 'utf8')));

/** Sends a signal once a sweep's journal holds so many runs. */
const onceMade =
  (folder: string, runs: number, signal: NodeJS.Signals) =>
  async (kill: (signal: NodeJS.Signals) => void) => {
    const journal = join(folder, 'sweep.journal.jsonl');
    while (!existsSync(journal) || (await readFile(journal, 'utf8')).split('\n').length < runs + 2)
      await wait(5);
    kill(signal);
  };

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
    for (const part of [/SYNTHETIC/, /dead {6}\d of 4/, /last loss median/, /runs {6}4, .* runs\/s/]) {
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

  it('takes pairs and learning rates, in shards that merge', async () => {
    const cwd = await scratch();
    const grid = ['sweep', ...quick, '--seeds', '0-3', '--pairs', '1v8,3v5', '--learning-rates', '0.05,0.1'];
    await backproof([...grid, '--out', 'whole'], { cwd });
    await backproof([...grid, '--shard', '1/2', '--out', 's1'], { cwd });
    const shard = await backproof([...grid, '--shard', '2/2', '--out', 's2', '--json'], { cwd });
    expect(sweepSchema.parse(JSON.parse(shard.stdout)).shard).toEqual({ index: 2, of: 2 });
    const gap = await backproof(['sweep', '--merge', 's2/sweep.json', '--out', 'whole'], { cwd });
    expect(gap.code).toBe(2);
    expect(gap.stderr).toMatch(
      /^backproof: --merge: expected all 16 runs, got 8; missing: seeds 0,2 of 1v8 .*\n$/,
    );
    const merge = await backproof(['sweep', '--merge', 's1/sweep.json', 's2/sweep.json', '--out', 'all'], {
      cwd,
    });
    expect(merge).toMatchObject({ code: 0, stderr: '' });
    const [all, whole] = [await readSweep(cwd, 'all'), await readSweep(cwd, 'whole')];
    expect({ ...all, timing: null, provenance: null }).toEqual({ ...whole, timing: null, provenance: null });
    expect(all.provenance.command).toBe(whole.provenance.command.replace('whole', 'all'));
  });

  it('goes on after SIGKILL: no run is lost, none made twice', async () => {
    const cwd = await scratch();
    const killed = await backproof([...long, '--out', 'a'], {
      cwd,
      onStart: onceMade(join(cwd, 'a'), 10, 'SIGKILL'),
    });
    expect(killed.code).toBeNull();
    const lines = (await readFile(join(cwd, 'a', 'sweep.journal.jsonl'), 'utf8')).split('\n').slice(1, -1);
    const resumed = await backproof([...long, '--out', 'a'], { cwd });
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`RESUMED   ${lines.length} runs are taken over`);
    expect(await readdir(join(cwd, 'a'))).toEqual(['sweep.json']);
    await backproof([...long, '--out', 'b'], { cwd });
    const [again, whole] = [await readSweep(cwd, 'a'), await readSweep(cwd, 'b')];
    expect(again.runs).toEqual(whole.runs);
    expect(again.timing.parts[0]).toMatchObject({ runs: 60, takenOver: lines.length });
  });

  it('on Ctrl-C writes what was done, marked partial, exits 130, and goes on', async () => {
    const cwd = await scratch();
    const out = join(cwd, 'outputs');
    const stopped = await backproof(long, { cwd, onStart: onceMade(out, 10, 'SIGINT') });
    expect(stopped.code).toBe(130);
    const { partial, runs } = await readSweep(out);
    expect(partial).toMatchObject({ reason: 'interrupted', done: runs.run.length, total: 60 });
    expect(stopped.stderr).toContain(`PARTIAL   interrupted with ${runs.run.length} of 60 runs made`);
    const other = await backproof(['sweep', ...quick], { cwd });
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /^backproof: .*journal\.jsonl: .* another one, which was stopped: seeds 0-59, not 0-99/,
    );
    expect((await backproof(long, { cwd })).code).toBe(0);
    expect((await readSweep(out)).partial).toBeNull();
  });

  it('reads a configuration file, which flags go before', async () => {
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
