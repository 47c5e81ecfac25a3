import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { renderReport } from '../../src/report/index.ts';
import type { CompareResult } from '../../src/results/compare.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { axeInBothThemes } from '../support/axe.ts';
import { allDrawn, describeInBrowser, shared, sidewaysScroll, unfold, upToDate } from '../support/browser.ts';
import { withEveryString } from '../support/hostile.ts';
import { realRun, stoppedAtOnce } from '../support/realRun.ts';
import { compareResult, trainResult } from '../support/results.ts';

const sections = ['training', 'saturation', 'relu', 'kernel'] as const;

/** The plot with an id: its numbers, and the position of its cursor. */
const shown = (page: Page, id: string) =>
  page.evaluate((at) => {
    const plot = document.getElementById(at) as unknown as {
      _fullData: { z?: number[][]; y?: number[] }[];
      _fullLayout: { title: { text: string }; shapes: { x0: number; line: { dash: string } }[] };
    };
    const { _fullData: data, _fullLayout: layout } = plot;
    return {
      title: layout.title.text,
      numbers: JSON.stringify(data.map(({ z, y }) => z ?? y)),
      cursor: layout.shapes.find(({ line }) => line.dash === 'dot')?.x0,
    };
  }, id);

const readout = (page: Page, section: string): Promise<string[]> =>
  page.locator(`#${section} .readout dd`).allTextContents();

/** Figures with a cursor. */
const WITH_CURSOR = ['loss', 'accuracy', 'open-relus', 'norms'];
/** Waits until every figure with a cursor is at this epoch, and the others show it, including those out of view. */
const settled = async (page: Page, cursor: number): Promise<void> => {
  await page.waitForFunction(
    (at) => document.querySelector<HTMLInputElement>('#kernel-epoch')?.value === at,
    String(cursor),
  );
  await upToDate(page);
  for (const id of WITH_CURSOR) expect((await shown(page, id)).cursor).toBe(cursor);
};

describeInBrowser('the sections of training, saturation, ReLUs and kernel', (open) => {
  const run = shared(() => realRun({ epochs: 6 }));
  describe('on one page', () => {
    const opened = shared(async () => {
      const opened = await open(renderReport({ train: await run() }), { reducedMotion: 'reduce' });
      await allDrawn(opened.page);
      return opened;
    });
    afterAll(async () => (await opened()).close());

    it('keep the page as it is when Plotly draws over a still picture', async () => {
      const { page } = await opened();
      const heights = await page.evaluate(() =>
        ['loss', 'kernel-plot', 'pre-activations'].map((id) => {
          const plot = document.getElementById(id)!;
          const still = plot.nextElementSibling as HTMLElement;
          const drawn = plot.getBoundingClientRect().height;
          plot.style.display = 'none';
          still.style.display = 'block';
          const difference = drawn - still.getBoundingClientRect().height;
          plot.style.display = '';
          still.style.display = '';
          return difference;
        }),
      );
      expect(heights.every((difference) => Math.abs(difference) < 1)).toBe(true);
    });

    it('counts the same open ReLUs in the page as the training run did', async () => {
      const train = await run();
      const { page } = await opened();
      const share = await page.evaluate(() => {
        const { _fullData } = document.getElementById('pre-activations') as unknown as {
          _fullData: { x: number[]; y: number[] }[];
        };
        const count = (keep: (x: number) => boolean) =>
          _fullData.reduce(
            (sum, { x, y }) => sum + y.reduce((all, n, at) => all + (keep(x[at]!) ? n : 0), 0),
            0,
          );
        return count((x) => x > 0) / count(() => true);
      });
      expect(share).toBeCloseTo(train.diagnosis.activeFraction[5]!, 6);
    });

    it('play only when asked, under reduced motion too, and stop at the end', async () => {
      const { page, problems } = await opened();
      await page.locator('#kernel-epoch').press('End');
      await settled(page, 6);
      const epoch = () => page.locator('#kernel-epoch').inputValue();
      expect(await epoch()).toBe('6');
      await page.waitForTimeout(400);
      expect(await epoch()).toBe('6');
      const play = page.locator('#kernel .slider__play');
      await play.focus();
      await page.keyboard.press('Enter');
      // All sliders are in sync, so each of their buttons shows it.
      await page.locator('#training .slider__play', { hasText: 'Pause' }).waitFor();
      await page.waitForFunction(
        () => document.querySelector('#kernel .slider__play')?.textContent === 'Play',
      );
      expect(await epoch()).toBe('6');
      await settled(page, 6);
      expect(problems).toEqual([]);
    });

    it('are driven by one cursor, by the keyboard, from any of their sliders', async () => {
      const train = await run();
      const { page, problems } = await opened();
      expect((await shown(page, 'loss')).cursor).toBe(6);
      const before = {
        kernel: await shown(page, 'kernel-plot'),
        relu: await shown(page, 'pre-activations'),
        logits: await shown(page, 'saturation-plot'),
      };
      expect(before.kernel.title).toBe('Trained 5x5 Convolutional Kernel');
      await page.locator('#relu-epoch').focus();
      for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowLeft');
      await settled(page, 1);
      for (const section of sections) expect(await page.locator(`#${section}-epoch`).inputValue()).toBe('1');
      const kernel = await shown(page, 'kernel-plot');
      expect(kernel.title).toBe('Kernel after epoch 1');
      expect(kernel.numbers).not.toBe(before.kernel.numbers);
      expect(JSON.parse(kernel.numbers)[0].flat()).toEqual(train.kernelHistory[1]);
      expect((await shown(page, 'pre-activations')).numbers).not.toBe(before.relu.numbers);
      const logits = await shown(page, 'saturation-plot');
      expect(logits.numbers).not.toBe(before.logits.numbers);
      expect(JSON.parse(logits.numbers)[1]).toEqual(train.logits.counts[0]);
      expect((await readout(page, 'training'))[0]).toBe(String(Number(train.losses[0]!.toPrecision(3))));
      await page.locator('#kernel-epoch').focus();
      await page.keyboard.press('Home');
      await settled(page, 0);
      expect(await page.locator('#training-epoch').getAttribute('aria-valuetext')).toBe('before training');
      expect((await readout(page, 'training'))[0]).toBe('none yet');
      expect(
        JSON.parse((await shown(page, 'kernel-change')).numbers)[0]
          .flat()
          .every((x: number) => x === 0),
      ).toBe(true);
      expect(problems).toEqual([]);
    });

    it('are accessible, light and dark', async () => {
      const { page } = await opened();
      const { broken, passed } = await axeInBothThemes(page, ...sections.map((section) => `#${section}`));
      expect(broken).toEqual([]);
      expect(passed).toBeGreaterThan(10);
    });
  });

  it('show still pictures without scripts, and in their place until Plotly draws', async () => {
    const html = renderReport({ train: await realRun({ epochs: 5 }) });
    const { page, problems, close } = await open(html, {
      javaScriptEnabled: false,
      viewport: { width: 390, height: 800 },
    });
    await unfold(page);
    for (const id of [
      'loss',
      'accuracy',
      'saturation-plot',
      'open-relus',
      'pre-activations',
      'kernel-plot',
      'norms',
    ]) {
      const still = page.locator(`#${id} + .figure__still`);
      expect(await still.locator('.still__panel path').count()).toBeGreaterThan(0);
      const box = await still.boundingBox();
      expect(box!.width).toBeGreaterThan(250);
      expect(box!.height).toBeGreaterThan(200);
      expect(await still.getAttribute('role')).toBe('img');
    }
    expect(await page.locator('.slider').first().isVisible()).toBe(false);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sidewaysScroll(page)).toBe(0);
    expect(problems).toEqual([]);
    await close();

    // The page's script cannot draw still pictures, so an island must keep them.
    const live = await open(html.replace('id="plotly"', () => 'id="elsewhere"'));
    await live.page.locator('#kernel-epoch').focus();
    await live.page.keyboard.press('ArrowLeft');
    expect(await live.page.locator('#kernel-plot + .figure__still .still__cells').count()).toBe(2);
    await live.close();
  });

  it('are harmless when every text of the results is hostile, and as narrow as 320', async () => {
    const text = `</script><img src=x onerror="window.hurt=1"><b>"'\``;
    const results = withEveryString(
      { train: trainResult({ epochs: 3 }), compare: compareResult({ epochs: 3 }) },
      text,
    );
    const { page, problems, close } = await open(renderReport(results), {
      viewport: { width: 320, height: 700 },
    });
    await allDrawn(page);
    await page.locator('#kernel-epoch').focus();
    await page.keyboard.press('Home');
    await settled(page, 0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it.each<[string, () => Promise<TrainResult>, CompareResult | null]>([
    ['a kernel of 1x1', () => realRun({ kernelSize: 1, epochs: 2 }), null],
    ['a kernel of 15x15', () => realRun({ kernelSize: 15, epochs: 2 }), null],
    ['one epoch', () => realRun({ epochs: 1 }), compareResult({ epochs: 1 })],
    ['a thousand epochs', () => realRun({ epochs: 1000 }), null],
    ['a dead run', () => realRun({ seed: 41, epochs: 10 }), null],
    ['a run without its images', async () => ({ ...(await realRun({ epochs: 2 })), images: null }), null],
    ['no finished epoch', async () => stoppedAtOnce(await realRun({ epochs: 1 })), null],
  ])('draw %s without a complaint', async (name, run, compare) => {
    const train = await run();
    if (name === 'a dead run') expect(train.diagnosis.deadReluSince).not.toBeNull();
    const { page, problems, requests, close } = await open(
      renderReport({ train, ...(compare && { compare }) }),
    );
    const figures = sections.map((section) => `#${section} .figure__plot`).join();
    const ids = await page.locator(figures).evaluateAll((all) => all.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(5);
    // Before the first epoch the other sections have no loss to draw.
    await allDrawn(page, name === 'no finished epoch' ? ids : null);
    const last = train.checkpoints.length - 1;
    expect(await page.locator('#kernel-epoch').inputValue()).toBe(String(last));
    if (last > 0) {
      await page.locator('#kernel-epoch').focus();
      await page.keyboard.press('Home');
      await settled(page, 0);
    } else expect(await page.locator('#kernel-epoch').isDisabled()).toBe(true);
    expect({ problems, requests }).toEqual({ problems: [], requests: [] });
    await close();
  });
});
