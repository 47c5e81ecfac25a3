import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../../src/report/index.ts';
import { auditResult, known } from '../../support/audit.ts';
import { withEveryString } from '../../support/hostile.ts';
import { trainResult } from '../../support/results.ts';

describe('the audit in the report', () => {
  it('is there where audit.json is, and only there', () => {
    expect(renderReport({ train: trainResult() })).not.toContain('href="#audit"');
    expect(renderReport({ train: trainResult(), audit: auditResult() })).toContain('href="#audit"');
  });

  it('shows what is wrong with what came and what is right, and what has no gradient in a line', () => {
    const html = renderReport({ train: trainResult(), audit: auditResult() });
    for (const part of [
      '1 known mistake that this project does not fix, and no new one',
      'dx[2] = 1.1128, right: 0.15757',
      'x [4]; paddings [[1,2]], mode reflect',
      'dy of the mirrored border is dropped',
      'MaxPool3DGrad and ResizeNearestNeighborGrad',
      'the addon is not there',
      'No gradient at all: cumprod.',
    ]) {
      expect(html).toContain(part);
    }
  });

  it('counts by backend, with what is corrected and as shipped, and how many are proved', () => {
    const html = renderReport({ train: trainResult(), audit: auditResult() });
    const [, row] = html.match(/<caption>Cases by backend.*?<tr>(<th[^>]*>cpu<.*?)<\/tr>/s)!;
    const cells = [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, text]) => text);
    expect(cells.slice(0, 7)).toEqual(['cpu', '3', '1', '5', '7', '11', '13']);
    expect(html).toContain('The exact check proves 1 of these gradients.');
  });

  it('says that something is new', () => {
    const audit = auditResult([{ ...known[0]!, reason: null }]);
    expect(renderReport({ train: trainResult(), audit })).toContain('came out neither right nor as known');
  });

  it('shows hostile text as text', () => {
    const audit = auditResult();
    const hostile = '<img src=x onerror=hurt()>';
    const changed = withEveryString(audit.cases, hostile);
    const again = {
      ...audit,
      cases: changed.map(({ results }, at) => ({ ...audit.cases[at]!, results })),
    };
    expect(renderReport({ train: trainResult(), audit: again })).not.toContain(hostile);
  });
});
