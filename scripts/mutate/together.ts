// Many mutants in one run of a suite: each is behind a switch, and every test meets those that it reaches.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SuiteRunner } from './run.ts';
import { type Numbered, switched } from './switched.ts';

/**
 * Lets mutants, numbered from 0, meet the suites nearest to their files. A test that takes more than `longest`
 * milliseconds meets none.
 *
 * @returns those that are killed; any other has to be met alone, because it may only matter to what runs outside of
 *   tests, or to what the process has kept from before
 */
export async function meetTogether(
  root: string,
  numbered: readonly Numbered[],
  nearest: (file: string) => readonly string[],
  given: { workers: number; longest: number | null; onSuite: (done: number, total: number) => void },
): Promise<ReadonlySet<number>> {
  const { workers, longest, onSuite } = given;
  const folder = mkdtempSync(join(tmpdir(), 'backproof-mutate-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const byFile = new Map<string, Numbered[]>();
  for (const each of numbered)
    byFile.set(each.mutant.file, (byFile.get(each.mutant.file) ?? []).concat(each));
  for (const [file, mutants] of byFile) {
    const to = join(folder, 'sources', file);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, switched(readFileSync(join(root, file), 'utf8'), mutants));
  }
  const killed = new Set<number>();
  // The nearest suites of every file first, because a mutant that is killed meets no other.
  const most = Math.max(...[...byFile.keys()].map((file) => nearest(file).length));
  const suites = new Set(
    Array.from({ length: most }, (_, rank) =>
      [...byFile.keys()].flatMap((file) => nearest(file)[rank] ?? []),
    ).flat(),
  );
  const total = suites.size;
  const queue = [...suites];

  const meet = async (runner: SuiteRunner, suite: string, task: string): Promise<void> => {
    const alive = new Set<number>();
    for (const [file, mutants] of byFile)
      if (nearest(file).includes(suite)) for (const { id } of mutants) if (!killed.has(id)) alive.add(id);
    const kill = (id: number): void => {
      alive.delete(id);
      killed.add(id);
    };
    const switches = { sources: join(folder, 'sources'), task };
    for (;;) {
      const before = alive.size;
      if (before === 0) return;
      writeFileSync(task, JSON.stringify({ count: numbered.length, alive: [...alive], longest }));
      let met: number | null = null;
      const whole = await runner.meet({ mutant: null, suite, switches }, ({ what, ids }) => {
        if (what === 'killed') ids.forEach(kill);
        met = what === 'meets' ? ids[0]! : null;
      });
      if (!whole && met !== null) kill(met);
      // It has come to its end, or fails with the switches, or before any mutant is met.
      if (whole || alive.size === before) return;
    }
  };
  const work = async (_: unknown, worker: number): Promise<void> => {
    const runner = new SuiteRunner(root);
    process.once('exit', () => runner.stop());
    for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) {
      await meet(runner, suite, join(folder, `${worker}.json`));
      onSuite(total - queue.length, total);
    }
    runner.stop();
  };
  await Promise.all(Array.from({ length: workers }, work));
  return killed;
}
