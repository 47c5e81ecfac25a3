import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectedLosses } from '../../../scripts/bench/expectedLoss.ts';
import { firstCalls } from '../../../scripts/bench/fused.ts';
import { judge, ratioOf } from '../../../scripts/bench/judge.ts';
import { type Contender, type Launch, measure, type Taken } from '../../../scripts/bench/measure.ts';
import { fusedContender } from '../../../scripts/bench/ours.ts';
import { compilePlain } from '../../../scripts/bench/peers.ts';
import { buildProcesses, removeProcesses } from '../../../scripts/bench/processes.ts';
import type { ContenderResult } from '../../../scripts/bench/result.ts';
import { scratchFolders } from '../../support/cli.ts';
import { describeUnless } from '../../support/skip.ts';
import { syntheticJobs } from './jobs.ts';

beforeAll(buildProcesses);
afterAll(removeProcesses);

const scratch = scratchFolders();
const sizes = { seeds: [1], epochs: 80, perClass: 100, kernelSize: 5 };

const peer = (id: string, launch: Contender['launch']): Contender => ({
  id,
  name: id,
  how: 'for a test',
  side: 'peer',
  version: null,
  seed: 1,
  epochs: 80,
  runs: 1,
  launch,
  jobsInTurn: 2,
  warmUps: 2,
});

/** Measures and judges; contenders in `odd` get the problem with a learning rate that is 1 % off. */
async function judged(contenders: Contender[], odd: readonly string[] = []): Promise<ContenderResult[]> {
  const folder = await scratch();
  const jobs = await syntheticJobs(folder);
  const oddJobs = await syntheticJobs(await scratch(), 0.101);
  const taken = await measure(contenders, {
    repetitions: 3,
    problemOf: ({ id }) => (odd.includes(id) ? oddJobs : jobs).file(sizes),
  });
  const expected = [...expectedLosses(jobs.job(sizes), [sizes.epochs]).values()];
  return taken.map((one: Taken) => judge(one, 200, expected));
}

const script = async (source: string): Promise<Launch> => {
  const path = `${await scratch()}/peer.mjs`;
  await writeFile(path, source);
  return { command: process.execPath, args: [path] };
};

const answering = (line: string): Promise<Launch> =>
  script(`process.stdin.on('data', () => console.log(${JSON.stringify(line)}));`);

const gcc = await compilePlain(await scratch());
const problem = 'missing' in gcc ? gcc.missing : null;

describeUnless(problem, 'plain C beside the fused engine', () => {
  const launch = (): Launch => {
    if ('missing' in gcc) throw new Error(gcc.missing);
    return gcc.launch;
  };

  it('does the same training, and one with another learning rate is found and used nowhere', async () => {
    const [fused, same, odd] = await judged(
      [fusedContender(1), peer('same', launch()), peer('odd', launch())],
      ['odd'],
    );
    for (const one of [fused!, same!]) {
      expect(one).toMatchObject({ verdict: 'same training', problem: null, steps: 16_000 });
      expect(one.loss!.difference).toBeLessThan(one.loss!.allowed);
      expect(one.microsecondsPerStep!.median).toBeCloseTo(one.milliseconds!.median / 16, 9);
    }
    expect(fused!.milliseconds!.count).toBe(15);
    expect(same!.milliseconds!.count).toBe(6);
    expect(odd!.verdict).toBe('something else');
    expect(odd!.loss!.difference).toBeGreaterThan(odd!.loss!.allowed);
    const wanted = { label: '', ours: 'fused' };
    const results = [fused!, same!, odd!];
    expect(ratioOf({ ...wanted, theirs: 'odd' }, results)).toMatchObject({
      ratio: null,
      low: null,
      high: null,
    });
    const { ratio, low, high } = ratioOf({ ...wanted, theirs: 'same' }, results);
    expect(ratio).toBe(same!.microsecondsPerStep!.median / fused!.microsecondsPerStep!.median);
    expect(low).toBeLessThanOrEqual(ratio!);
    expect(high).toBeGreaterThanOrEqual(ratio!);
  });

  it('is found with another network inside', async () => {
    const other = await compilePlain(await scratch(), ['-DSIDE=7']);
    if ('missing' in other) throw new Error(other.missing);
    const [result] = await judged([peer('c', other.launch)]);
    expect(result!.verdict).toBe('something else');
  });
});

describe('a contender that', () => {
  const missing = { missing: 'not set up; npm run peers:setup gets it' };

  it('does nothing of it in no time is found', async () => {
    const [constant, infinite] = await judged([
      peer('constant', await answering('0.001 0.6931')),
      peer('not finite', await answering('0.001 nan')),
    ]);
    expect(constant!.verdict).toBe('something else');
    expect(infinite).toMatchObject({ verdict: 'something else', loss: { came: null, difference: null } });
  });

  it('is missing, is not found, dies or babbles is named with the reason, and the others are measured', async () => {
    const results = await judged([
      peer('missing', missing),
      peer('not found', { command: 'no-such-program', args: [] }),
      peer(
        'dead',
        await script(
          `process.stderr.write('ModuleNotFoundError: No module named "numpy"\\n'); process.exit(1);`,
        ),
      ),
      peer('silent', await script('process.exit(7);')),
      peer('babbling', await answering('ready when you are')),
      fusedContender(1),
    ]);
    expect(results.map(({ verdict }) => verdict)).toEqual([
      ...Array(5).fill('not measured'),
      'same training',
    ]);
    expect(results.map((result) => result.problem)).toEqual([
      missing.missing,
      'spawn no-such-program ENOENT',
      'ModuleNotFoundError: No module named "numpy"',
      'it ended with exit code 7',
      'expected milliseconds and a loss, got "ready when you are"',
      null,
    ]);
  });
});

describe('measure', () => {
  it('has everybody in turn, round by round, after each was warmed up', async () => {
    const folder = await scratch();
    const log = `${folder}/log`;
    const logging = await script(`
      import { appendFileSync } from 'node:fs';
      process.stdin.on('data', () => { appendFileSync(${JSON.stringify(log)}, process.argv[2].at(-1)); console.log('1 1'); });`);
    await measure([peer('A', logging), peer('B', logging)], {
      repetitions: 2,
      problemOf: async ({ id }) => id,
    });
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(log, 'utf8')).toBe('AABBAABBAABB');
  });

  it('keeps what it has when it is stopped', async () => {
    const controller = new AbortController();
    const launch = await answering('1 1');
    const taken = await measure([peer('A', launch), peer('B', launch)], {
      repetitions: 50,
      problemOf: async () => '',
      signal: controller.signal,
      onProgress: (done) => {
        if (done === 6) controller.abort();
      },
    });
    // Two warm-up turns, then four with two jobs each.
    expect(taken.map(({ jobs, problem: why }) => [jobs.length, why])).toEqual([
      [4, null],
      [4, null],
    ]);
  });
});

describe('the first call of fused', () => {
  const sizes = { seeds: [1], epochs: 3, perClass: 10, kernelSize: 5 };

  it('is timed part by part in a fresh process', async () => {
    const jobs = await syntheticJobs(await scratch());
    const [expected] = expectedLosses(jobs.job(sizes), [sizes.epochs]).values();
    const { load, prepare, train, all } = await firstCalls(await jobs.file(sizes), expected!, 2);
    for (const part of [load, prepare, train]) expect(part.median).toBeGreaterThan(0);
    expect(all.count).toBe(2);
    expect(all.max).toBeGreaterThanOrEqual(load.min + prepare.min + train.min);
  });

  it('is refused where it trains otherwise', async () => {
    const jobs = await syntheticJobs(await scratch());
    const wrong = { loss: 0.5, allowed: 1e-3 };
    await expect(firstCalls(await jobs.file(sizes), wrong, 1)).rejects.toThrow(
      'the first call of fused: expected loss 0.5, got ',
    );
  });
});
