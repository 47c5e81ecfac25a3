import { expect, it } from '@jest/globals';
import { type ComponentChildren, type ComponentType, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { type Column, Table } from '../../../src/report/parts/table.tsx';
import type { ReportResults } from '../../../src/report/results.ts';
import { Sections } from '../../../src/report/sections/index.tsx';
import { islands } from '../../../src/report/sections/islands.ts';
import { openState } from '../../../src/report/state.ts';
import { auditResult } from '../../support/audit.ts';
import { rendered } from '../../support/markup.ts';
import { compareResult, trainResult } from '../../support/results.ts';
import { sweepResult } from '../../support/sweep.ts';

const outcome = { losses: [1], trainAccuracy: 1, testAccuracy: 1, deadReluSince: null, stalledSince: null };
const diverged = { ...outcome, diverged: { epoch: 1, sample: 2 }, mistake: 'twice' as const };
const train = trainResult({ epochs: 4 });
// Two seeds die in one epoch, so that there is a range of seeds.
const deadReluSince = [3, 3, null, null, null, null];
const results: ReportResults = {
  ...{ train, compare: compareResult({ epochs: 4 }), other: trainResult({ epochs: 3 }) },
  ...{ audit: auditResult(), sweep: sweepResult({ deadReluSince }) },
  everyMistake: { right: { ...outcome, diverged: null }, wrong: [diverged] },
};

const wordsOf = (cell: ComponentChildren): string =>
  renderToString(h('i', null, cell)).replace(/<[^>]*>/g, '');
/** 1,234, -0.5, 1.4e-6, 98.1%, 1 of 20; nothing is either. */
const isNumber = (text: string): boolean => /^(-?[\d,]+(\.\d+)?(e-?\d+)?%?|\d+ of \d+|)$/.test(text);

it('columns of words are on the left, those of numbers on the right, on the whole page', () => {
  const all = rendered(Sections as ComponentType<object>, { results }, openState(decodeRun(embedRun(train))));
  const tables = all.filter(({ type }) => type === (Table as unknown));
  expect(tables.length).toBeGreaterThan(Object.keys(islands).length);
  for (const { props } of tables) {
    const { caption, columns, rows } = props as unknown as {
      caption: string;
      columns: Column[];
      rows: ComponentChildren[][];
    };
    for (const [at, { label, text = false }] of columns.entries()) {
      const cells = rows.map((row) => wordsOf(row[at])).filter((cell) => cell !== '');
      if (at > 0 && cells.length > 0)
        expect([caption, label, cells.every(isNumber)]).toEqual([caption, label, !text]);
      if (at === 0) expect([caption, label, text]).toEqual([caption, label, false]);
    }
  }
});
