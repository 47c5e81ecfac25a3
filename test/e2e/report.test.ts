import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { renderReport } from '../../src/report/index.ts';
import {
  allDrawn,
  describeInBrowser,
  type Opened,
  shared,
  sidewaysScroll,
  unfold,
} from '../support/browser.ts';
import { withEveryString } from '../support/hostile.ts';
import { compareResult, disagreement, trainResult } from '../support/results.ts';
import { wholeReport } from '../support/wholeReport.ts';

/** A plot as Plotly drew it. */
const drawn = (page: Page, id: string) =>
  page.evaluate((at) => {
    const plot = document.getElementById(at) as unknown as {
      _fullLayout: {
        title: { text: string };
        xaxis: { title: { text: string }; showgrid: boolean; type: string };
        yaxis: { title: { text: string }; showgrid: boolean; type: string; range: [number, number] };
      };
      _fullData: {
        type: string;
        x: number[];
        colorscale?: [number, string][];
        zsmooth?: unknown;
        showscale?: boolean;
      }[];
    };
    const { title, xaxis, yaxis } = plot._fullLayout;
    const trace = plot._fullData[0];
    return {
      title: title.text,
      x: { title: xaxis.title.text, grid: xaxis.showgrid },
      y: { title: yaxis.title.text, grid: yaxis.showgrid, type: yaxis.type, range: yaxis.range },
      trace: {
        type: trace?.type,
        x: trace?.x,
        scale: trace?.colorscale?.map(([, color]) => color),
        zsmooth: trace?.zsmooth,
        bar: trace?.showscale,
      },
    };
  }, id);

const other = { light: 'dark', dark: 'light' } as const;

describeInBrowser('the report in a browser', (open) => {
  const themes = async (
    { page, requests, problems }: Opened,
    colorScheme: 'light' | 'dark',
    width: number,
  ): Promise<void> => {
    for (const scheme of [colorScheme, other[colorScheme]]) {
      await page.emulateMedia({ colorScheme: scheme });
      await allDrawn(page);
      expect(await page.locator('.figure__plot').count()).toBeGreaterThanOrEqual(7);
      expect(await page.evaluate(() => innerWidth)).toBe(width);
      expect(await sidewaysScroll(page)).toBe(0);
      expect({ requests, problems }).toEqual({ requests: [], problems: [] });
    }
    await page.emulateMedia({ colorScheme });
  };

  describe('wide and light', () => {
    const wide = shared(() => open(wholeReport(), { colorScheme: 'light' }));
    afterAll(async () => (await wide()).close());

    it('is worked by keyboard with a visible focus, and copies the command', async () => {
      const { page } = await wide();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
      await page.getByRole('button', { name: 'Copy' }).first().focus();
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement as Element).outlineStyle,
      );
      expect(outline).toBe('solid');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /Copied|Marked/ }).waitFor();
    });

    it('asks for nothing, complains of nothing and draws every plot, then in the other theme', async () => {
      await themes(await wide(), 'light', 1280);
    });

    it('draws the notebook’s two figures as the notebook does', async () => {
      const { page } = await wide();
      await allDrawn(page, ['loss', 'kernel-plot']);
      const loss = await drawn(page, 'loss');
      expect(loss.title).toBe('Loss vs. Epochs');
      expect(loss.x).toEqual({ title: 'Epoch', grid: true });
      expect(loss.y).toMatchObject({ title: 'Binary Cross-Entropy Loss', grid: true });
      expect([loss.trace.x?.[0], loss.trace.x?.at(-1)]).toEqual([1, 80]);
      const kernel = await drawn(page, 'kernel-plot');
      expect(kernel.title).toBe('Trained 5x5 Convolutional Kernel');
      expect(kernel.y.range).toEqual([4.5, -0.5]);
      expect(kernel.trace).toMatchObject({ type: 'heatmap', zsmooth: false, bar: true });
      expect([kernel.trace.scale?.[0], kernel.trace.scale?.at(-1)]).toEqual(['#440154', '#fde725']);
      const cells = await page.locator('#kernel-plot .hm image').evaluate((image) => {
        const { width, height } = image.getBoundingClientRect();
        return width / height;
      });
      expect(cells).toBeCloseTo(1, 1);
    });

    it('offers no way out of the page, as Plotly would by itself', async () => {
      const { page } = await wide();
      await allDrawn(page);
      expect(await page.locator('.modebar-btn, .plotly-notifier').count()).toBe(0);
      const byItself = await page.evaluate(async () => {
        const at = document.body.appendChild(document.createElement('div'));
        await window.Plotly?.newPlot(at, [{ y: [1, 2] }], {}, { displayModeBar: true });
        return [...at.querySelectorAll('.modebar-btn')]
          .map((button) => button.getAttribute('data-title'))
          .join();
      });
      expect(byItself).toMatch(/share|cloud/i);
    });
  });

  describe('narrow and dark, with reduced motion', () => {
    const narrow = shared(() =>
      open(wholeReport(), {
        colorScheme: 'dark',
        reducedMotion: 'reduce',
        viewport: { width: 390, height: 844 },
      }),
    );
    afterAll(async () => (await narrow()).close());

    it('asks for nothing, complains of nothing and draws every plot, then in the other theme', async () => {
      await themes(await narrow(), 'dark', 390);
    });

    it('saves a plot as a picture in the light theme', async () => {
      const { page, problems } = await narrow();
      await allDrawn(page, ['kernel-plot']);
      const download = page.waitForEvent('download');
      await page.locator('[data-save="kernel-plot"]').click();
      expect((await download).suggestedFilename()).toBe('backproof-kernel-plot.svg');
      const svg = await readFile(await (await download).path(), 'utf8');
      expect(svg).toContain('Trained 5x5 Convolutional Kernel');
      expect(svg).toMatch(/fill: ?rgb\(28, 37, 48\)/);
      expect(problems).toEqual([]);
    });

    it('moves nothing by itself where reduced motion is asked for', async () => {
      const { page } = await narrow();
      await allDrawn(page);
      const behavior = () => page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior);
      expect(await behavior()).toBe('auto');
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      expect(await behavior()).toBe('smooth');
    });
  });

  it('is as short as a reader likes it until its folds are opened', async () => {
    const { page, close } = await open(wholeReport());
    const heights = async (): Promise<number[]> => {
      const measured: number[] = [];
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        measured.push(await page.evaluate(() => document.documentElement.scrollHeight));
      }
      return measured;
    };
    const [wide, narrow] = await heights();
    expect(wide).toBeLessThanOrEqual(7000);
    expect(narrow).toBeLessThanOrEqual(13_500);
    await unfold(page);
    const [wideOpen, narrowOpen] = await heights();
    expect(wideOpen).toBeGreaterThan(13_000);
    expect(narrowOpen).toBeGreaterThan(25_000);
    await close();
  });

  it('opens the folds of what a link leads to, and draws what is in them', async () => {
    const { page, problems, close } = await open(wholeReport(), { reducedMotion: 'reduce' });
    const isOpen = (section: string): Promise<boolean> =>
      page
        .locator(`#${section} .fold`)
        .first()
        .evaluate((fold) => (fold as HTMLDetailsElement).open);
    const link = page.getByRole('navigation').getByRole('link', { name: 'ReLU' });
    const summary = page.locator('#relu > .fold > summary');
    expect(await isOpen('relu')).toBe(false);
    await link.click();
    await page.locator('#open-relus .main-svg').first().waitFor();
    expect(await isOpen('relu')).toBe(true);
    const top = await page.locator('#relu').evaluate((at) => at.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(120);
    // Clicking the same link again does not change the address.
    await summary.click();
    expect(await isOpen('relu')).toBe(false);
    await link.press('Enter');
    expect(await isOpen('relu')).toBe(true);
    // With the keyboard: a card of the verdict, and the browser's back button.
    await summary.press('Enter');
    expect(await isOpen('relu')).toBe(false);
    await page.locator('.card a[href="#saturation"]').last().press('Enter');
    expect(await isOpen('saturation')).toBe(true);
    await page.goBack();
    await page.waitForFunction(() => document.querySelector<HTMLDetailsElement>('#relu > .fold')?.open);
    // The page is opened with the address of a part inside a fold.
    expect(await page.locator('#self-test').isVisible()).toBe(false);
    await page.goto(`${page.url().split('#')[0]}#self-test`);
    await page.reload();
    await page.locator('#self-test').waitFor();
    expect(await page.locator('#self-test').evaluate((at) => at.getBoundingClientRect().top)).toBeLessThan(
      120,
    );
    expect(await page.locator('.data[open]').count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it.each([
    [90, [320, 390, 768]],
    [20_000, [1280]],
  ])('does not scroll sideways with words of %d letters, at %j', async (letters, widths) => {
    const results = { train: trainResult({ dead: true, source: 'synthetic' }), compare: disagreement() };
    const { page, close } = await open(renderReport(withEveryString(results, 'w'.repeat(letters))));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 700 });
      await allDrawn(page);
      expect(await sidewaysScroll(page)).toBe(0);
    }
    await page.evaluate(() => {
      const wide = document.body.appendChild(document.createElement('p'));
      wide.textContent = 'planted';
      wide.style.width = '3000px';
    });
    expect(await sidewaysScroll(page)).toBeGreaterThan(1000);
    await close();
  });

  it('says SYNTHETIC and PARTIAL on the first screen of a phone', async () => {
    const partial = { reason: 'interrupted', epoch: 9, sample: 3, message: 'stopped by a signal' } as const;
    const { page, close } = await open(
      renderReport({ train: { ...trainResult({ source: 'synthetic' }), partial } }),
      {
        viewport: { width: 390, height: 844 },
      },
    );
    for (const word of ['SYNTHETIC DATA', 'PARTIAL']) {
      const box = await page.getByText(word, { exact: true }).boundingBox();
      expect(box && box.y + box.height).toBeLessThan(844);
    }
    await close();
  });

  it('reads without scripts: verdict, tables and the figures’ data', async () => {
    const { page, problems, close } = await open(wholeReport(), { javaScriptEnabled: false });
    for (const text of [
      'Every gradient is right',
      'Scripts are off',
      '98.1% of 430 test images are read right',
    ])
      expect(await page.getByText(text).first().isVisible()).toBe(true);
    expect(await page.locator('.figure__plot').first().isVisible()).toBe(false);
    expect(await page.locator('#training .figure__still svg').first().isVisible()).toBe(true);
    await page.locator('#training summary').first().click();
    expect(await page.locator('#training .data td').first().textContent()).toBe('0.2491519');
    expect(problems).toEqual([]);
    await close();
  });

  it('is harmless when every text of the results is hostile', async () => {
    const text = `</script><script>window.hurt=1</script><img src=x onerror="window.hurt=1"><!--<b>\u2028$&'"\``;
    const results = withEveryString({ train: trainResult(), compare: compareResult() }, text);
    const { page, requests, problems, close } = await open(renderReport(results));
    await allDrawn(page);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect(await page.locator('#command-0').textContent()).toBe(text);
    expect({ requests, problems }).toEqual({ requests: [], problems: [] });
    await close();
  });

  it('has its rules enforced: a changed script does not run, nothing from outside loads', async () => {
    const changed = wholeReport()
      .replace('window.Plotly = Plotly;', () => 'window.Plotly = Plotly; ')
      .replace('</main>', () => '<img src="https://example.invalid/x.png" alt=""></main>');
    const { page, problems, close } = await open(changed);
    await page.locator('#loss + .figure__still').scrollIntoViewIfNeeded();
    const refused = () => problems.filter((problem) => problem.startsWith('warning: policy:')).length;
    while (refused() < 2) await page.waitForEvent('console');
    await page.waitForTimeout(100);
    expect(await page.evaluate(() => 'Plotly' in window)).toBe(false);
    expect(problems.join('\n')).toMatch(/policy: script-src-elem refused inline/);
    expect(problems.join('\n')).toMatch(/policy: img-src refused https:\/\/example.invalid/);
    await close();
  });

  it('sees a request where a page makes one', async () => {
    const leaky = wholeReport()
      .replace(/<meta http-equiv[^>]*>/, '')
      .replace('</main>', '<img src="file:///nowhere/x.png" alt=""></main>');
    const { page, requests, close } = await open(leaky);
    await page.waitForLoadState('load');
    expect(requests).toEqual(['file:///nowhere/x.png']);
    await close();
  });

  it('prints all plots and data in the light theme, no wider than the sheet', async () => {
    const { page, close } = await open(wholeReport(), {
      colorScheme: 'dark',
      viewport: { width: 1280, height: 300 },
    });
    // Runs after the page's own handler, which lays out the sheets.
    await page.evaluate(() =>
      addEventListener('beforeprint', () => {
        const plots = [...document.querySelectorAll('.figure__plot')];
        document.body.dataset.drawn = plots.map((plot) => plot.querySelectorAll('.trace, .hm').length).join();
        document.body.dataset.folded = String(document.querySelectorAll('details:not([open])').length);
      }),
    );
    const folded = await page.locator('details:not([open])').count();
    expect(folded).toBeGreaterThan(10);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    const printed = await page.evaluate(() => ({ ...document.body.dataset }));
    expect(printed.drawn).toMatch(/^[1-9]\d*(,[1-9]\d*){7,}$/);
    expect(printed.folded).toBe('0');
    expect(await page.locator('details:not([open])').count()).toBe(folded);

    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await allDrawn(page);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    const colors = await page.evaluate(() => {
      const { color, backgroundColor, colorScheme } = getComputedStyle(document.body);
      return { color, backgroundColor, colorScheme };
    });
    expect(colors).toEqual({
      color: 'rgb(24, 34, 45)',
      backgroundColor: 'rgb(255, 255, 255)',
      colorScheme: 'light',
    });
    const widths = await page
      .locator('.figure__plot .main-svg')
      .evaluateAll((all) => all.map((svg) => svg.clientWidth));
    expect(Math.max(...widths)).toBeLessThanOrEqual(640);
    // Also for plots whose folds were closed.
    expect(Math.min(...widths)).toBeGreaterThan(300);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await page.locator('details[open]').count()).toBe(0);
    await close();
  });
});
