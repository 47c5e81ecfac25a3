import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../src/report/index.ts';
import { axe } from '../support/axe.ts';
import { allDrawn, describeInBrowser } from '../support/browser.ts';
import { disagreement, trainResult } from '../support/results.ts';
import { wholeReport } from '../support/wholeReport.ts';

let deadReport: string | undefined;

const pages = {
  'a run': wholeReport,
  'a dead run of synthetic digits whose gradients disagree': () => {
    deadReport ??= renderReport({
      train: trainResult({ dead: true, source: 'synthetic' }),
      compare: disagreement(),
    });
    return deadReport;
  },
};

describeInBrowser('the report for everyone', (open) => {
  describe.each(Object.entries(pages))('%s', (_, render) => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
      ['dark', 390],
    ] as const)('breaks no rule of WCAG 2.1 AA: %s, %d wide', async (colorScheme, width) => {
      const { page } = await open(render(), { colorScheme, viewport: { width, height: 844 } });
      await allDrawn(page);
      // Tables of data too.
      await page.locator('details').evaluateAll((all) => {
        for (const details of all) details.setAttribute('open', '');
      });
      const { broken, passed } = await axe(page);
      expect(broken).toEqual([]);
      expect(passed).toBeGreaterThan(15);
      await page.context().close();
    });
  });

  it('sees a rule that is broken', async () => {
    const { page } = await open(
      pages['a run']().replace('</main>', '<p style="color: #aaa">Planted: hard to read</p><input></main>'),
    );
    await page.locator('details').first().waitFor();
    const { broken } = await axe(page, 'main');
    expect(broken.join('\n')).toMatch(/color-contrast/);
    expect(broken.join('\n')).toMatch(/label/);
    await page.context().close();
  });
});
