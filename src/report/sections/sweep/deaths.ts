import { Seeds } from '../../../notebook/sweep/seeds.ts';
import type { SweepResult } from '../../../results/sweep.ts';

/** Runs of one pair and learning rate that ended the same way in the same epoch. */
export interface Deaths {
  readonly pair: number;
  readonly learningRate: number;
  readonly what: 'dead' | 'stalled' | 'diverged';
  readonly epoch: number;
  readonly seeds: readonly number[];
}

/** The seeds that die, stall or diverge, and when: in the grid's order, then by epoch. */
export function deathsOf({ runs }: SweepResult): Deaths[] {
  const found = new Map<string, Deaths & { seeds: number[] }>();
  for (const [row, seed] of runs.seed.entries()) {
    const end = endOf(runs, row);
    if (end === null) continue;
    const [pair, learningRate] = [runs.pair[row]!, runs.learningRate[row]!];
    const key = [pair, learningRate, end.what, end.epoch].join(' ');
    const some = found.get(key) ?? { pair, learningRate, ...end, seeds: [] };
    some.seeds.push(seed);
    found.set(key, some);
  }
  const order = ['dead', 'stalled', 'diverged'];
  return [...found.values()].sort(
    (a, b) =>
      a.pair - b.pair ||
      a.learningRate - b.learningRate ||
      order.indexOf(a.what) - order.indexOf(b.what) ||
      a.epoch - b.epoch,
  );
}

function endOf(runs: SweepResult['runs'], row: number): Pick<Deaths, 'what' | 'epoch'> | null {
  const [diverged, dead, stalled] = [runs.diverged[row], runs.deadReluSince[row], runs.stalledSince[row]];
  if (typeof diverged === 'number') return { what: 'diverged', epoch: diverged };
  if (typeof dead === 'number') return { what: 'dead', epoch: dead };
  return typeof stalled === 'number' ? { what: 'stalled', epoch: stalled } : null;
}

const MOST_SEEDS = 60;

/** The seeds in a cell, abbreviated to the first few. */
export function seedsShown(seeds: readonly number[]): string {
  const shown = seeds.slice(0, MOST_SEEDS);
  const text = new Seeds(shown.map((seed): [number, number] => [seed, seed]))
    .toString()
    .replaceAll(',', ', ');
  return seeds.length > MOST_SEEDS ? `${text} and ${seeds.length - MOST_SEEDS} more` : text;
}
