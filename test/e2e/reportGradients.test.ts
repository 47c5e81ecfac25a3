import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { renderReport } from '../../src/report/index.ts';
import { axe, thinTables } from '../support/axe.ts';
import { allDrawn, describeInBrowser, shared, sidewaysScroll, unfold } from '../support/browser.ts';
import { withEveryString } from '../support/hostile.ts';
import { compareResult, disagreement } from '../support/results.ts';
import { wholeReport } from '../support/wholeReport.ts';

/** The traces of a plot in Plotly: names and points. */
const traces = (page: Page, id: string) =>
  page.evaluate((at) => {
    const plot = document.getElementById(at) as unknown as {
      _fullData: { name: string; x: number[]; y: number[]; text?: string[] }[];
      _fullLayout: { title: { text: string }; xaxis: { type: string }; yaxis: { type: string } };
    };
    return {
      title: plot._fullLayout.title.text,
      axes: [plot._fullLayout.xaxis.type, plot._fullLayout.yaxis.type],
      traces: plot._fullData.map(({ name, x, y, text }) => ({
        name,
        x: Array.from(x),
        y: Array.from(y),
        text: text && Array.from(text)[0],
      })),
    };
  }, id);

const ofScatter = ['float32', 'float64', '1 ULP', '1 ULP', 'most allowed', 'most allowed'];

/** The height of the dashed line at a magnitude: it has two points for each decade. */
const lineAt = ({ x, y }: { x: number[]; y: number[] }, size: number): number => {
  const decade = Math.floor(Math.log10(size));
  return y[x.findIndex((from, at) => at % 2 === 0 && Math.round(Math.log10(from)) === decade)]!;
};

/** Waits until both figures show a parameter. */
const bothOf = (page: Page, parameter: string): Promise<unknown> =>
  page.waitForFunction(
    (name) =>
      ['gradient-scatter', 'error-over-allowed'].every((id) =>
        document.querySelector(`#${id} .gtitle`)?.textContent?.endsWith(`: ${name}`),
      ),
    parameter,
  );

/** The words of each hop: its name and its status. */
const hops = (page: Page): Promise<string[]> => page.locator('.hop__top').allInnerTexts();

describeInBrowser('the gradients and their chain in a browser', (open) => {
  describe('on one page', () => {
    const whole = shared(() => open(wholeReport()));
    afterAll(async () => (await whole()).close());

    it('draws size against difference with the lines of one ULP and of what is allowed', async () => {
      const { page } = await whole();
      await allDrawn(page, ['gradient-scatter']);
      const scatter = await traces(page, 'gradient-scatter');
      expect(scatter.axes).toEqual(['log', 'log']);
      expect(scatter.traces.map(({ name }) => name)).toEqual(ofScatter);
      const [single, double, unit, , allowed] = scatter.traces;
      expect([single!.x.length, double!.x.length]).toEqual([40, 40]);
      expect(single!.text).toMatch(
        /epoch \d+, sample \d+<br>manual \S+<br>autodiff \S+<br>difference .* allowed/,
      );
      // A step at each power of two, one unit in the last place high.
      for (const [at, x] of unit!.x.entries()) expect(unit!.y[at]! / x).toBe(2 ** -23);
      for (const [at, x] of single!.x.entries())
        expect(single!.y[at]).toBeLessThanOrEqual(lineAt(allowed!, x));
    });

    it('lets the keyboard choose a parameter, and the epoch cursor tell of an epoch', async () => {
      const { page, problems } = await whole();
      await allDrawn(page, ['gradient-scatter', 'error-over-allowed']);
      const first = page.getByRole('radio', { checked: true, name: /weight|bias|kernel/ });
      await first.focus();
      await page.keyboard.press('ArrowRight');
      const chosen = await page
        .getByRole('radio', { checked: true, name: /weight|bias|kernel/ })
        .inputValue();
      await bothOf(page, chosen);
      const compare = compareResult();
      const points = compare.scatter.find(({ parameter }) => parameter === chosen)!.points;
      const sizes = points.map(({ left, right }) => Math.max(Math.abs(left!), Math.abs(right!)));
      expect((await traces(page, 'gradient-scatter')).traces[0]!.x).toEqual(sizes);
      await page.locator('#gradients-epoch').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      await page.locator('#gradients .readout', { hasText: 'Worst difference of epoch 1:' }).waitFor();
      expect(problems).toEqual([]);
    });

    it('follows the chain at the step, and with the mistake, that is chosen', async () => {
      const { page, problems } = await whole();
      expect(await hops(page)).toEqual([
        expect.stringMatching(/dLogit\s+Right/),
        expect.stringMatching(/dWeight\s+Right/),
        expect.stringMatching(/dRelu\s+Right/),
        expect.stringMatching(/dKernel\s+Right/),
      ]);
      await page.locator('#chain-planted').focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('.hop--wrong').first().waitFor();
      expect((await hops(page)).slice(1)).toEqual([
        expect.stringMatching(/dWeight\s+Right/),
        expect.stringMatching(/dRelu\s+Wrong first here/),
        expect.stringMatching(/dKernel\s+Wrong$/),
      ]);
      await page
        .locator('#chain .readout', { hasText: 'It goes wrong at dRelu, then at dKernel.' })
        .waitFor();
      await page.locator('#chain-step').selectOption({ index: 5 });
      await page.locator('#chain .readout', { hasText: 'epoch 80, sample 155' }).waitFor();
      expect(await page.locator('.hop').nth(2).innerText()).toContain('mask differs at 99 of 144 places');
      expect(problems).toEqual([]);
    });
  });

  it('shows the elements of a wrong gradient as wrong, above the line, and the worst errors over it', async () => {
    const { page, close } = await open(renderReport({ compare: disagreement() }));
    await allDrawn(page);
    const scatter = await traces(page, 'gradient-scatter');
    expect(scatter.title).toBe('Size against difference: kernel');
    const wrong = scatter.traces.find(({ name }) => name === 'over what is allowed')!;
    const allowed = scatter.traces.find(({ name }) => name === 'most allowed')!;
    expect(wrong.x.length).toBe(40);
    for (const [at, x] of wrong.x.entries()) expect(wrong.y[at]).toBeGreaterThan(lineAt(allowed, x));
    expect((await traces(page, 'error-over-allowed')).axes[1]).toBe('log');
    await expect(page.locator('#error-over-allowed .legendtext').allTextContents()).resolves.toContain(
      'allowed',
    );
    await close();
  });

  it('lives on where there is no training run', async () => {
    const { page, problems, close } = await open(renderReport({ compare: compareResult() }));
    await allDrawn(page);
    expect(await page.locator('#gradients-epoch').count()).toBe(0);
    await page.getByRole('radio', { name: 'kernel' }).press('Space');
    await bothOf(page, 'kernel');
    expect(problems).toEqual([]);
    await close();
  });

  it('reads without scripts: both precisions, the chain, every pair', async () => {
    const { page, close } = await open(wholeReport(), { javaScriptEnabled: false });
    expect(await page.locator('#gradients table').first().innerText()).toMatch(/float32[\s\S]*float64/);
    expect(await page.locator('.hop').first().isVisible()).toBe(true);
    await page.getByText('All 3 pairs of gradients').click();
    expect(await page.locator('.pair').last().isVisible()).toBe(true);
    await unfold(page, '#gradients');
    expect(await page.locator('#gradients .choice').isVisible()).toBe(false);
    expect(await page.locator('#gradient-scatter + .figure__still').isVisible()).toBe(true);
    await close();
  });

  it('is harmless and no wider than a phone of 320 with hostile texts, and breaks no rule', async () => {
    const text = `</script><script>window.hurt=1</script><img src=x onerror="window.hurt=1">${'w'.repeat(90)}`;
    const { page, problems, close } = await open(
      renderReport({ compare: withEveryString(disagreement(), text) }),
      {
        viewport: { width: 320, height: 700 },
      },
    );
    await allDrawn(page);
    await page.locator('#chain-planted').selectOption({ index: 1 });
    await unfold(page);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect(problems).toEqual([]);
    await thinTables(page);
    const { broken } = await axe(page);
    expect(broken).toEqual([]);
    await close();
  });
});
