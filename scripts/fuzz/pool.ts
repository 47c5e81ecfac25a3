import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import type { WorkerSettings } from './worker.ts';

const AT_ONCE = 10;

/** Bundles the code of the workers, because tsx makes the code that it runs slower. Returns the file. */
async function buildWorker(): Promise<string> {
  const root = packageRoot();
  const float64 = join(root, 'dist', 'float64.js');
  const outfile = join(root, 'node_modules', '.cache', 'backproof', `fuzz-${process.pid}`, 'worker.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/fuzz/worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    alias: { 'backproof/float64': float64 },
    external: [float64, '@tensorflow/*', 'fast-check'],
    logLevel: 'warning',
  });
  return outfile;
}

/** The outcomes of all seeds in order, regardless of the number of workers; a seed may have none. */
export async function fuzzAll<Outcome>(
  seeds: readonly number[],
  workers: number,
  settings: WorkerSettings,
  onOutcome: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome | null>();
  let next = 0;
  const program = await buildWorker();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // More room for tensors, which are short-lived.
      const worker = fork(program, [JSON.stringify(settings)], { execArgv: ['--max-semi-space-size=64'] });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)),
      );
      worker.on('message', (message) => {
        const done = message as { seed: number; outcome: Outcome | null } | null;
        if (done !== null) {
          outcomes.set(done.seed, done.outcome);
          onOutcome(outcomes.size);
          return;
        }
        const batch = seeds.slice(next, next + AT_ONCE);
        next += AT_ONCE;
        if (batch.length > 0) worker.send(batch);
        else worker.disconnect();
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, seeds.length) }, work));
  } finally {
    await rm(dirname(program), { recursive: true, force: true });
  }
  return seeds.flatMap((seed) => outcomes.get(seed) ?? []);
}
