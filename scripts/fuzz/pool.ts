import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';
import type { WorkerSettings } from './worker.ts';

const AT_ONCE = 10;

/** The outcomes of all seeds in their order, whatever the number of workers. */
export async function fuzzAll(
  seeds: readonly number[],
  workers: number,
  settings: WorkerSettings,
  onOutcome: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  let next = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const program = fileURLToPath(new URL('./worker.ts', import.meta.url));
      const worker = fork(program, [JSON.stringify(settings)]);
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)),
      );
      worker.on('message', (message) => {
        const outcome = message as Outcome | null;
        if (outcome !== null) {
          outcomes.set(outcome.seed, outcome);
          onOutcome(outcomes.size);
          return;
        }
        const batch = seeds.slice(next, next + AT_ONCE);
        next += AT_ONCE;
        if (batch.length > 0) worker.send(batch);
        else worker.disconnect();
      });
    });
  await Promise.all(Array.from({ length: Math.min(workers, seeds.length) }, work));
  return seeds.map((seed) => outcomes.get(seed)!);
}
