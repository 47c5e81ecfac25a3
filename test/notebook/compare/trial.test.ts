import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { selfTest, testedLayers } from '../../../src/gradcheck/selftest/index.ts';
import { type TrialOptions, trialOfChecker } from '../../../src/notebook/compare/trial.ts';
import type { Trial } from '../../../src/results/selfTest.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();
/** A new self-test throws this at once; one read from the cache never checks the signal. */
const signal = AbortSignal.abort(new Error('begun anew'));
const layers = testedLayers.slice(0, 3);
/** Options for a trial of these layers, which runs on this thread. */
const trialOf = (others = layers): TrialOptions => ({
  key: 'this build',
  layers: others,
  run: (hooks) => selfTest(others, hooks),
});

describe('the trial of the checker', () => {
  let folder: string;
  let first: Trial;
  let kept: string;
  const file = () => join(folder, 'self-test.json');
  beforeAll(async () => {
    folder = await scratch();
    first = await trialOfChecker({ ...trialOf(), folder });
    kept = await readFile(file(), 'utf8');
  });

  it('runs once for a build, and says so', async () => {
    expect([first.verdict, first.from]).toEqual(['pass', 'this run']);
    const progress: number[][] = [];
    const again = { ...trialOf(), folder, signal, onProgress: (...part: number[]) => progress.push(part) };
    expect(await trialOfChecker(again)).toEqual({ ...first, from: 'cache' });
    expect(progress).toEqual([[1, 1]]);
  });

  it.each([
    ['another build', { key: 'another build' }],
    ['another layer', trialOf([...layers, testedLayers[3]!])],
  ])('runs anew for %s', async (_name, other) => {
    await expect(trialOfChecker({ ...trialOf(), folder, signal, ...other })).rejects.toThrow('begun anew');
  });

  it('is not kept where a mistake was missed', async () => {
    const empty = await scratch();
    const { from: _, ranAt: __, ...passed } = first;
    const missed = await trialOfChecker({
      ...{ ...trialOf(), folder: empty },
      run: async () => ({ ...passed, verdict: 'fail' }),
    });
    expect([missed.verdict, missed.from]).toEqual(['fail', 'this run']);
    expect(await readdir(empty)).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, -20)],
    ['without a mistake', (text) => edited(text, (trial) => trial.mistakes.splice(3, 1))],
    ['with a mistake renamed', (text) => edited(text, (trial) => (trial.mistakes[3]!.name = 'none'))],
    ['with a mistake not caught', (text) => edited(text, (trial) => (trial.mistakes[3]!.caught = false))],
    ['with a false alarm', (text) => edited(text, (trial) => (trial.correct[2]!.falseAlarms = 1))],
    ['with a twin that was not checked', (text) => edited(text, (trial) => (trial.correct[2]!.checks = 0))],
    ['that failed', (text) => edited(text, (trial) => (trial.verdict = 'fail'))],
  ])('runs anew where what is kept is %s', async (_name, change) => {
    await writeFile(file(), change(kept));
    await expect(trialOfChecker({ ...trialOf(), folder, signal })).rejects.toThrow('begun anew');
    await writeFile(file(), kept);
  });

  it('ends in its thread as soon as the signal comes', async () => {
    const stop = new AbortController();
    const running = trialOfChecker({
      folder: await scratch(),
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('no more')),
    });
    await expect(running).rejects.toThrow('no more');
  });
});

function edited(text: string, edit: (trial: Trial) => unknown): string {
  const { key, value } = JSON.parse(text) as { key: string; value: Trial };
  edit(value);
  return JSON.stringify({ key, value });
}
