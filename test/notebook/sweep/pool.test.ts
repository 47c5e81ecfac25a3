import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { scratchFolders } from '../../support/cli.ts';
import { lasting, planWith, sweepIn, sweepOf } from './plans.ts';

const scratch = scratchFolders();
const worker = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'sweepWorker.js');

/** The built thread, which dies so many times in place of its answer for one run. */
async function dyingWorker(folder: string, run: string, times: number, how: string): Promise<string> {
  const file = join(folder, 'dying.mjs');
  const mark = join(folder, 'deaths');
  await writeFile(
    file,
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     const mark = ${JSON.stringify(mark)};
     const deaths = () => (existsSync(mark) ? readFileSync(mark).length : 0);
     const answer = parentPort.postMessage.bind(parentPort);
     parentPort.postMessage = (message) => {
       if (${run} && deaths() < ${times}) {
         appendFileSync(mark, 'x');
         ${how};
       }
       answer(message);
     };
     await import(${JSON.stringify(pathToFileURL(worker).href)});`,
  );
  return file;
}

describe('a thread that dies', () => {
  it.each([
    ['process.exit(7)', 1],
    ['throw new Error("out of luck")', 2],
  ])('by %s once is replaced, and its run repeated (%i threads)', async (how, workers) => {
    const out = await scratch();
    const workerFile = await dyingWorker(out, 'message.run === 5', 1, how);
    const result = await sweepIn(out, planWith(), { workerFile, workers });
    expect(await readFile(join(out, 'deaths'), 'utf8')).toBe('x');
    expect(lasting(result)).toEqual(lasting(await sweepOf(planWith())));
    expect(existsSync(join(out, 'sweep.journal.jsonl'))).toBe(false);
  });

  it('twice at a run: that one is reported, the others are kept, and the next sweep makes it alone', async () => {
    const out = await scratch();
    const workerFile = await dyingWorker(out, 'message.run === 5', 2, 'process.exit(7)');
    const result = await sweepIn(out, planWith(), { workerFile });
    expect(result.failed).toEqual([
      { run: 5, seed: 9, pair: 0, learningRate: 0.1, message: 'its thread ended with exit code 7' },
    ]);
    expect([result.partial, result.summary.runs]).toEqual([null, 23]);
    expect(result.runs.run).not.toContain(5);
    let takenOver = 0;
    const again = await sweepIn(out, planWith(), {
      onTakenOver: (runs) => {
        takenOver = runs;
      },
    });
    expect(takenOver).toBe(23);
    expect(lasting(again)).toEqual(lasting(await sweepOf(planWith())));
  });

  it('at every run: the sweep ends and says of what', async () => {
    const out = await scratch();
    const workerFile = await dyingWorker(out, 'true', 1000, 'throw new Error("no SIMD here")');
    await expect(sweepIn(out, planWith(), { workerFile })).rejects.toThrow(/die at every run: no SIMD here/);
  });
});
