import { afterAll, describe, expect, it } from '@jest/globals';
import { renderReport } from '../../src/report/index.ts';
import { axeInBothThemes, thinTables } from '../support/axe.ts';
import { allDrawn, describeInBrowser, shared, unfold } from '../support/browser.ts';
import { disagreement, trainResult } from '../support/results.ts';
import { wholeReport } from '../support/wholeReport.ts';

const reports = {
  'a run': wholeReport,
  'a dead run of synthetic digits whose gradients disagree': () =>
    renderReport({ train: trainResult({ dead: true, source: 'synthetic' }), compare: disagreement() }),
};

describeInBrowser('the report for everyone', (open) => {
  describe.each(Object.entries(reports))('%s', (_, render) => {
    const opened = shared(async () => {
      const opened = await open(render());
      const { page } = opened;
      await allDrawn(page);
      // Including the tables of data.
      await unfold(page);
      expect(await thinTables(page)).toBeGreaterThan(100);
      return opened;
    });

    afterAll(async () => (await opened()).close());

    it.each([1280, 390])('breaks no rule of WCAG 2.1 AA: light and dark, %d wide', async (width) => {
      const { page } = await opened();
      await page.setViewportSize({ width, height: 844 });
      const { broken, passed } = await axeInBothThemes(page);
      expect(broken).toEqual([]);
      expect(passed).toBeGreaterThan(15);
    });
  });

  it('sees a rule that is broken, and a row that looks unlike the others', async () => {
    const bad = '<tr><td>1.5</td><td style="color: #aaa">1.6</td></tr>';
    const { page, close } = await open(
      `<!doctype html><html lang="en"><title>Planted</title><main><h1>Planted</h1>
        <p style="color: #aaa">Planted: hard to read</p><input>
        <table id="planted"><tbody><tr><td>1.1</td><td>1.2</td></tr><tr><td>1.3</td><td>1.4</td></tr>${bad}</tbody></table></main></html>`,
    );
    await thinTables(page);
    expect(await page.locator('#planted td').allTextContents()).toEqual(['1.1', '1.2', '1.5', '1.6']);
    const { broken } = await axeInBothThemes(page, 'main');
    expect(broken.join('\n')).toMatch(/color-contrast: p/);
    expect(broken.join('\n')).toMatch(/color-contrast: .*td/);
    expect(broken.join('\n')).toMatch(/label/);
    expect(broken.join('\n')).toMatch(/dark: color-contrast: p/);
    await close();
  });
});
