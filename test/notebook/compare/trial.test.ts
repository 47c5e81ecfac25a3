import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { keyOfBuild, trialOfChecker } from '../../../src/notebook/compare/trial.ts';
import type { Trial } from '../../../src/results/selfTest.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();
/** A trial that is begun anew ends with this at once; one out of the cache never looks. */
const signal = AbortSignal.abort(new Error('begun anew'));
const key = 'this build';

describe('the trial of the checker', () => {
  let folder: string;
  let first: Trial;
  let kept: string;
  const file = () => join(folder, 'self-test.json');
  beforeAll(async () => {
    folder = await scratch();
    first = await trialOfChecker({ key, folder });
    kept = await readFile(file(), 'utf8');
  });

  it('runs once for a build, and says so', async () => {
    expect([first.verdict, first.from]).toEqual(['pass', 'this run']);
    expect(await trialOfChecker({ key, folder, signal })).toEqual({ ...first, from: 'cache' });
  });

  it.each([
    ['another build', 'another build'],
    ['a build that cannot be told', null],
  ])('runs anew for %s', async (_name, other) => {
    await expect(trialOfChecker({ key: other, folder, signal })).rejects.toThrow('begun anew');
  });

  it.each<[string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, -20)],
    ['without a mistake', (text) => edited(text, (trial) => trial.mistakes.splice(3, 1))],
    ['with a mistake renamed', (text) => edited(text, (trial) => (trial.mistakes[3]!.name = 'none'))],
    ['with a mistake not caught', (text) => edited(text, (trial) => (trial.mistakes[3]!.caught = false))],
    ['with a false alarm', (text) => edited(text, (trial) => (trial.correct[2]!.falseAlarms = 1))],
    ['that failed', (text) => edited(text, (trial) => (trial.verdict = 'fail'))],
  ])('runs anew where what is kept is %s', async (_name, change) => {
    await writeFile(file(), change(kept));
    await expect(trialOfChecker({ key, folder, signal })).rejects.toThrow('begun anew');
    await writeFile(file(), kept);
  });

  it('keeps nothing of sources that run unbuilt', async () => {
    expect(await keyOfBuild()).toBeNull();
  });
});

function edited(text: string, edit: (trial: Trial) => unknown): string {
  const { key, trial } = JSON.parse(text) as { key: string; trial: Trial };
  edit(trial);
  return JSON.stringify({ key, trial });
}
