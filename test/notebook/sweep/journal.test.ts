import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SweepResult } from '../../../src/results/sweep.ts';
import { scratchFolders } from '../../support/cli.ts';
import { lasting, planWith, sweepIn, sweepOf } from './plans.ts';

const scratch = scratchFolders();
let expected: unknown;
beforeAll(async () => {
  expected = lasting(await sweepOf(planWith()));
});
const journalOf = (folder: string) => join(folder, 'sweep.journal.jsonl');

/** A folder with a sweep that was stopped after so many runs or some more. */
async function stopped(after: number): Promise<{ out: string; result: SweepResult }> {
  const out = await scratch();
  const controller = new AbortController();
  const result = await sweepIn(out, planWith(), {
    workers: 1,
    signal: controller.signal,
    onProgress: (done) => {
      if (done === after) controller.abort();
    },
  });
  return { out, result };
}

describe('a sweep that was stopped', () => {
  it('is marked partial, and goes on where it ended', async () => {
    const { out, result } = await stopped(6);
    expect(result.partial).toEqual({
      reason: 'interrupted',
      done: result.runs.run.length,
      total: 24,
      message: `interrupted with ${result.runs.run.length} of 24 runs made; the same command goes on with it`,
    });
    let takenOver = 0;
    const made: number[] = [];
    const again = await sweepIn(out, planWith(), {
      onTakenOver: (runs) => {
        takenOver = runs;
      },
      onProgress: (done) => made.push(done),
    });
    expect(takenOver).toBe(result.runs.run.length);
    expect(made).toHaveLength(24 - takenOver);
    expect(again.timing.parts[0]).toMatchObject({ runs: 24, takenOver });
    expect(lasting(again)).toEqual(expected);
    expect(existsSync(journalOf(out))).toBe(false);
  });

  it('loses a torn last line alone, wherever it is torn', async () => {
    const { out } = await stopped(6);
    const journal = await readFile(journalOf(out), 'utf8');
    const lastLine = journal.lastIndexOf('\n', journal.length - 2) + 1;
    const firstLine = journal.indexOf('\n');
    for (const bytes of [0, 10, firstLine, firstLine + 1, lastLine + 1, lastLine + 20, journal.length - 1]) {
      await writeFile(journalOf(out), journal.slice(0, bytes));
      expect(lasting(await sweepIn(out, planWith()))).toEqual(expected);
    }
    await writeFile(journalOf(out), journal);
    await appendFile(journalOf(out), '\0\0\0\n');
    expect(lasting(await sweepIn(out, planWith()))).toEqual(expected);
  });

  it('is not mixed with another', async () => {
    const { out } = await stopped(6);
    const before = await readFile(journalOf(out), 'utf8');
    const others: [string, ReturnType<typeof planWith>][] = [
      ['epochs 2, not 3', planWith({ epochs: 3 })],
      ['seeds 0-4,9, not 0-4', planWith({ seeds: '0-4' })],
      ['pairs 1v8,3v5, not 1v8', planWith({ pairs: [{ positive: 1, negative: 8 }] })],
      ['learning rates 0.1,0.5, not 0.1', planWith({ learningRates: [0.1] })],
      ['other images', planWith({ perClass: 4 })],
      ['shard 1/1, not 1/2', planWith({}, { index: 1, of: 2 })],
    ];
    for (const [message, plan] of others) await expect(sweepIn(out, plan)).rejects.toThrow(message);
    await expect(sweepIn(out, planWith(), { version: '0.2.0' })).rejects.toThrow('version 0.1.0, not 0.2.0');
    expect(await readFile(journalOf(out), 'utf8')).toBe(before);
  });

  it.each([
    ['a line within', (lines: string[]) => lines.with(2, '[1, 2'), /damaged one \(line 3\)/],
    ['the head', (lines: string[]) => lines.with(0, 'x'), /damaged one \(line 1\)/],
    [
      'a run that there is not',
      (lines: string[]) => lines.with(2, lines[2]!.replace(/^\[\d+/, '[24')),
      /got run 24/,
    ],
    [
      'the version',
      (lines: string[]) => lines.with(0, '{"schema": "backproof/sweep-journal/2"}'),
      /another version/,
    ],
  ])('is refused where %s is wrong', async (_name, change, message) => {
    const { out } = await stopped(6);
    const lines = (await readFile(journalOf(out), 'utf8')).split('\n');
    await writeFile(journalOf(out), change(lines).join('\n'));
    await expect(sweepIn(out, planWith())).rejects.toThrow(message);
  });
});

describe('a folder', () => {
  it('is for one sweep at a time', async () => {
    const out = await scratch();
    let second: Promise<unknown> = Promise.resolve('was not tried');
    await sweepIn(out, planWith(), {
      write: async () => {
        second = sweepIn(out, planWith());
        await second.catch(() => undefined);
      },
    }).catch(() => undefined);
    await expect(second).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('under way'),
    });
    expect(existsSync(join(out, 'sweep.lock'))).toBe(false);
  });
});
