import { beforeAll, describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../src/notebook/sweep/summary.ts';
import { renderReport } from '../../../src/report/index.ts';
import { seedsShown } from '../../../src/report/sections/sweep/deaths.ts';
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

/** The same sweep with only some of its rows. */
const withRows = (keep: (row: number) => boolean): SweepResult => {
  const runs = Object.fromEntries(
    Object.entries(sweep.runs).map(([name, column]) => [name, column.filter((_, row) => keep(row))]),
  ) as SweepResult['runs'];
  return { ...sweep, runs, summary: summaryOf(runs, sweep.config) };
};

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

  it('tells which share dies, which seeds, and when', () => {
    const { dead, stalled, diverged } = sweep.summary;
    expect(Math.min(dead, diverged)).toBeGreaterThan(5);
    const html = renderReport({ sweep });
    expect(html).toContain(`Of 120 runs ${dead} die (${((100 * dead) / 120).toFixed(1)}%)`);
    expect(html).toContain(`${diverged} diverge`);
    if (stalled > 0) expect(html).toContain(`${stalled} stall`);
    const row = sweep.runs.deadReluSince.findIndex((epoch) => epoch !== null);
    expect(html).toMatch(new RegExp(`dead since</td><td[^>]*>${sweep.runs.deadReluSince[row]}</td>`));
  });

  it('names the first of many seeds, ranges as such', () => {
    const even = Array.from({ length: 100 }, (_, at) => 2 * at);
    expect(seedsShown([1, 2, 3, 7])).toBe('1-3, 7');
    expect(seedsShown(even)).toMatch(/^0, 2, 4, .*, 118 and 40 more$/);
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

  it('says that all is well, that nothing is there, and what is missing', () => {
    const alive = withRows(
      (row) => sweep.runs.stalledSince[row] === null && sweep.runs.diverged[row] === null,
    );
    expect(renderReport({ sweep: alive })).toContain('No run dies, stalls or diverges');
    expect(renderReport({ sweep: withRows(() => false) })).toContain('The sweep has no finished run');
    const partial = { reason: 'interrupted', done: 5, total: 120, message: 'interrupted with 5' } as const;
    const html = renderReport({ sweep: { ...alive, partial } });
    expect(html).toContain('interrupted with 5');
  });

  it('shows hostile text as text', () => {
    const hostile = '<img src=x onerror=hurt()>';
    const { provenance, config } = withEveryString(sweep, hostile);
    const partial = { reason: 'interrupted', done: 5, total: 120, message: hostile } as const;
    const changed = { ...sweep, partial, provenance, config: { ...sweep.config, seeds: config.seeds } };
    expect(renderReport({ sweep: changed })).not.toContain(hostile);
  });
});
