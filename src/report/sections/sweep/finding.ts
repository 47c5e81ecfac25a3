import type { SweepResult } from '../../../results/sweep.ts';
import { percent } from '../../../system/text.ts';
import type { Finding } from '../../findings.ts';
import { capitalized, count, counted, listed } from '../../parts/format.ts';

/** How many of a sweep's runs die? */
export const sweepFinding = ({ summary }: SweepResult): Finding => {
  const { runs, dead, deadShare, stalled, diverged } = summary;
  if (runs === 0) return { status: 'warn', word: 'Empty', sentence: 'The sweep has no finished run' };
  const parts = [
    ...(dead > 0 && deadShare !== null ? [`${count(dead)} die (${percent(deadShare)})`] : []),
    ...(stalled > 0 ? [`${count(stalled)} stall`] : []),
    ...(diverged > 0 ? [`${count(diverged)} diverge`] : []),
  ];
  if (parts.length === 0)
    return { status: 'pass', word: 'All train', sentence: `None of ${counted(runs, 'run')} dies` };
  return {
    status: 'info',
    word: dead > 0 ? 'Some die' : 'Some fail',
    sentence: capitalized(`of ${counted(runs, 'run')} ${listed(parts)}`),
  };
};
