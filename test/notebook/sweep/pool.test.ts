import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type Job, runPool } from '../../../src/notebook/sweep/pool.ts';
import { sweepSchema } from '../../../src/results/sweep.ts';
import { scratchFolders } from '../../support/cli.ts';
import { planWith, sweepOf } from './plans.ts';

const scratch = scratchFolders();
const worker = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'dist', 'sweepWorker.js');

describe('a sweep', () => {
  it('has the same runs from any number of threads, in the order of the grid', async () => {
    const [one, two, many] = [
      await sweepOf(planWith(), { workers: 1 }),
      await sweepOf(planWith(), { workers: 2 }),
      await sweepOf(planWith(), { workers: 64 }),
    ];
    expect(one.runs.seed.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 9, 0]);
    expect(new Set(one.runs.lastLoss).size).toBeGreaterThan(20);
    for (const other of [two, many]) {
      expect({ ...other, timing: null }).toEqual({ ...one, timing: null });
      expect(other.timing.milliseconds).toHaveLength(24);
    }
    expect(() => sweepSchema.parse(two)).not.toThrow();
    expect(one.timing.seconds).toBeLessThan(performance.now() / 1000);
  });

  it('that is stopped is marked partial, and has what was finished', async () => {
    const whole = await sweepOf(planWith());
    const controller = new AbortController();
    const stopped = await sweepOf(planWith(), {
      workers: 1,
      signal: controller.signal,
      onProgress: (done) => {
        if (done === 6) controller.abort();
      },
    });
    const done = stopped.runs.seed.length;
    expect(done).toBeGreaterThanOrEqual(6);
    expect(done).toBeLessThan(24);
    expect(stopped.partial).toEqual({
      reason: 'interrupted',
      done,
      total: 24,
      message: `interrupted with ${done} of 24 runs made`,
    });
    expect(stopped.runs.lastLoss).toEqual(whole.runs.lastLoss.slice(0, done));
    expect([stopped.summary.runs, whole.partial]).toEqual([done, null]);
  });

  it('that is stopped before it starts has no run', async () => {
    const { partial, runs, summary } = await sweepOf(planWith(), { signal: AbortSignal.abort() });
    expect([partial?.done, runs.seed.length, summary.deadShare]).toEqual([0, 0, null]);
  });
});

describe('a thread that dies', () => {
  it.each([
    ['process.exit(7)', /seed 5 at learning rate 0\.1, got a thread that died: exit code 7/],
    ['throw new Error("no SIMD here")', /seed 5 at learning rate 0\.1, got a thread that died: no SIMD here/],
  ])('by %s ends the sweep, which says at which run and of what', async (how, message) => {
    const file = join(await scratch(), 'dying.mjs');
    await writeFile(
      file,
      `import { parentPort } from 'node:worker_threads';
       const answer = parentPort.postMessage.bind(parentPort);
       parentPort.postMessage = (message) => {
         if (message.run === 5) { ${how}; }
         answer(message);
       };
       await import(${JSON.stringify(pathToFileURL(worker).href)});`,
    );
    const { input } = planWith();
    let seed = 0;
    const next = (): Job => ({ run: seed, seed: seed++, learningRate: 0.1, positive: 1, negative: 8 });
    const finished: number[] = [];
    const pool = runPool({
      workers: 2,
      input,
      next,
      onFinished: ({ run }) => finished.push(run),
      signal: new AbortController().signal,
      file,
    });
    await expect(pool).rejects.toThrow(message);
    expect(finished).not.toContain(5);
  });
});
