import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderReport } from '../../../src/report/index.ts';
import { accuracyBins, lossBins } from '../../../src/report/sections/sweep/figure.ts';
import type { SweepResult } from '../../../src/results/sweep.ts';
import { planWith, sweepOf } from '../../notebook/sweep/plans.ts';
import { withEveryString } from '../../support/hostile.ts';
import { trainResult } from '../../support/results.ts';

let sweep: SweepResult;
beforeAll(async () => {
  // With a large learning rate some runs die and some diverge.
  sweep = await sweepOf(planWith({ seeds: '0-19', learningRates: [0.1, 3, 1e36], perClass: 10, epochs: 5 }));
});

describe('a sweep in the report', () => {
  it('is there where sweep.json is, and only there', () => {
    expect(renderReport({ train: trainResult() })).not.toContain('href="#sweep"');
    expect(renderReport({ train: trainResult(), sweep })).toContain('href="#sweep"');
  });

  it('has a page of its own', () => {
    const html = renderReport({ sweep });
    expect(html).toContain('<title>backproof: SYNTHETIC, a sweep of 120 runs</title>');
    expect(html).not.toContain('href="#provenance"');
    expect(html).not.toContain('Not in this report');
  });

  it('counts every run that did not diverge in a bar of each figure', () => {
    for (const bins of [lossBins(sweep), accuracyBins(sweep)]) {
      const counted = bins.reduce((sum, bin) => sum + bin.trained + bin.stalled + bin.dead, 0);
      expect(counted).toBe(120 - sweep.summary.diverged);
      expect(bins.reduce((sum, bin) => sum + bin.dead, 0)).toBe(sweep.summary.dead);
      for (const [at, bin] of bins.entries()) {
        if (at > 0) expect(bin.from).toBe(bins[at - 1]!.to);
      }
    }
    for (const [row, loss] of sweep.runs.lastLoss.entries()) {
      if (loss === null || sweep.runs.diverged[row] !== null) continue;
      expect(lossBins(sweep).filter(({ from, to }) => from <= loss && loss < to)).toHaveLength(1);
    }
  });

  it('shows hostile text as text', () => {
    const hostile = '<img src=x onerror=hurt()>';
    const { provenance, config } = withEveryString(sweep, hostile);
    const partial = { reason: 'interrupted', done: 5, total: 120, message: hostile } as const;
    const changed = { ...sweep, partial, provenance, config: { ...sweep.config, seeds: config.seeds } };
    expect(renderReport({ sweep: changed })).not.toContain(hostile);
  });
});
