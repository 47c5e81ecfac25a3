import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startFused } from '../../src/notebook/engines/fused/index.ts';
import { runEpochs } from '../../src/notebook/engines/loop.ts';
import { initialParameters } from '../../src/notebook/model/parameters.ts';
import { accumulatedRounding } from '../../src/numerics/ieee.ts';
import { decodeRun, embedRun } from '../../src/report/embeddedRun.ts';
import { renderReport, trainWithEveryMistake } from '../../src/report/index.ts';
import { axeInBothThemes, thinTables } from '../support/axe.ts';
import { allDrawn, describeInBrowser, shared, sidewaysScroll, unfold, upToDate } from '../support/browser.ts';
import { realRun } from '../support/realRun.ts';

const run = await realRun();
/** A few epochs with each mistake: 80 would take the plain loops a second. */
const everyMistake = trainWithEveryMistake(await realRun({ epochs: 4 }));
const html = renderReport({ train: run, everyMistake });
const samples = decodeRun(embedRun(run)).images!.train;

/** The run by the engine, in Node. */
const byEngine = async (seed: number) => {
  const parameters = initialParameters(seed, run.config.kernelSize);
  const { learningRate, epochs } = run.config;
  return runEpochs(startFused({ samples, parameters, learningRate }), samples, epochs);
};

/**
 * Compares losses of the same logits: exp and log may differ in their last digit between runtimes, and a loss is a mean
 * of values computed from numbers near 1.
 */
const expectLosses = (losses: readonly number[], expected: readonly number[]): void => {
  expect(losses).toHaveLength(expected.length);
  const room = accumulatedRounding(16, 'float64');
  losses.forEach((loss, at) => {
    expect(Math.abs(loss - expected[at]!)).toBeLessThanOrEqual(room * Math.max(1, expected[at]!));
  });
};

/** The kernel as drawn, with all its digits. */
const drawnKernel = async (page: Page): Promise<number[]> => {
  await upToDate(page);
  return page.evaluate(() => {
    const plot = document.getElementById('live-kernel') as unknown as { data: [{ z: number[][] }] };
    return plot.data[0].z.flatMap((row) => [...row]);
  });
};

const control = (page: Page, name: string) => page.locator('#live').getByLabel(name, { exact: true });

/** The losses as drawn: of this try, the run, and the previous try. */
const drawn = async (page: Page): Promise<Record<string, number[]>> => {
  await upToDate(page);
  return page.evaluate(() => {
    const plot = document.getElementById('live-loss') as unknown as { data: { name: string; y: number[] }[] };
    return Object.fromEntries(plot.data.map(({ name, y }) => [name, [...y]]));
  });
};

/** Performs an action, and waits for the outcome to change. */
const outcomeOf = async (page: Page, act: () => Promise<unknown>): Promise<string> => {
  const outcome = page.locator('.live__outcome');
  const before = await outcome.textContent();
  await act();
  await page.waitForFunction(
    (text) => document.querySelector('.live__outcome')?.textContent !== text,
    before,
  );
  return (await outcome.textContent()) ?? '';
};

const LIVE = ['live-loss', 'live-kernel'];

describeInBrowser('training again in the page', (open) => {
  describe('on one page', () => {
    const shown = shared(async () => {
      const opened = await open(html);
      await allDrawn(opened.page, LIVE);
      return opened;
    });
    afterAll(async () => (await shown()).close());

    const backToTheRun = (page: Page): Promise<string> =>
      outcomeOf(page, () => page.getByRole('button', { name: 'Back to the run' }).click());

    it('follows the seed by keyboard, with the engine’s network to the bit, and comes back to the run', async () => {
      const { page, requests, problems } = await shown();
      expect((await drawn(page))['this try']).toEqual([]);
      const said = await outcomeOf(page, async () => {
        await control(page, 'Seed').focus();
        await page.keyboard.press('ArrowRight');
      });
      expect(said).toMatch(
        /^ ?Trained with seed 2 in place of 1: the loss after 80 epochs is .* took [\d.]+ ms\.$/,
      );
      const after = await drawn(page);
      const expected = await byEngine(2);
      expectLosses(after['this try']!, expected.losses);
      expect(await drawnKernel(page)).toEqual(Array.from(expected.parameters.kernel));
      expect(after['the run']).toEqual(run.losses);
      expect(await page.locator('#live-command').textContent()).toBe(
        'backproof run --data synthetic --engine fused --seed 2 --learning-rate 0.1 --epochs 80',
      );

      const back = await backToTheRun(page);
      expect(back).toContain('the run’s own settings');
      const again = await drawn(page);
      again['this try']!.forEach((loss, at) => {
        expect(Math.abs(loss - run.losses[at]!)).toBeLessThanOrEqual(1e-5);
      });
      expectLosses(again['this try']!, run.losses);
      expect(await drawnKernel(page)).toEqual(run.parameters.kernel.flat());
      expect(again['the try before']).toEqual(after['this try']);
      expect(await control(page, 'Seed').inputValue()).toBe('1');
      expect({ requests, problems }).toEqual({ requests: [], problems: [] });
    });

    it('follows learning rate and epochs', async () => {
      const { page } = await shown();
      const rate = await outcomeOf(page, () => control(page, 'Learning rate').press('ArrowDown'));
      expect(rate).toContain('learning rate 0.089 in place of 0.1');
      const epochs = await outcomeOf(page, () => control(page, 'Epochs').press('Home'));
      expect(epochs).toContain('the loss after 1 epoch is');
      expect((await drawn(page))['this try']).toHaveLength(1);
      await backToTheRun(page);
    });

    it('plants a mistake by name, and says what it does', async () => {
      const { page, problems } = await shown();
      const said = await outcomeOf(page, () =>
        control(page, 'Planted mistake').selectOption('missing ReLU mask'),
      );
      expect(said).toContain('with “missing ReLU mask” planted: the loss after 80 epochs is');
      expect(await page.locator('#live-what').textContent()).toBe('dRelu = dFlat');
      const wrong = (await drawn(page))['this try']!;
      expect(Math.abs(wrong[5]! / run.losses[5]! - 1)).toBeGreaterThan(0.01);
      expect(await page.locator('#live-command').count()).toBe(0);
      const lost = await outcomeOf(page, () => control(page, 'Planted mistake').selectOption('y - p'));
      expect(lost).toMatch(/Diverged.*the logit diverged in epoch 3, at sample/);
      expect(problems).toEqual([]);
    });

    it.each([1280, 320])(
      'breaks no rule of WCAG 2.1 AA and does not scroll sideways: light and dark, %d wide',
      async (width) => {
        const { page } = await shown();
        await page.setViewportSize({ width, height: 844 });
        const planted = control(page, 'Planted mistake');
        if ((await planted.inputValue()) !== 'factor 2')
          await outcomeOf(page, () => planted.selectOption('factor 2'));
        await unfold(page, '#live');
        await thinTables(page);
        expect((await axeInBothThemes(page, '#live')).broken).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
      },
    );
  });

  it('waits for its button where reduced motion is asked for', async () => {
    const { page, close } = await open(html, { reducedMotion: 'reduce' });
    await allDrawn(page, LIVE);
    await control(page, 'Seed').press('ArrowRight');
    await page.waitForTimeout(500);
    expect(await page.locator('.live__outcome').textContent()).toContain('Nothing has been trained here yet');
    expect((await drawn(page))['this try']).toEqual([]);
    const said = await outcomeOf(page, () => page.getByRole('button', { name: 'Train' }).click());
    expect(said).toContain('seed 2 in place of 1');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.getByRole('button', { name: 'Train' }).waitFor({ state: 'hidden' });
    await close();
  });

  it('says in one sentence that it needs scripts', async () => {
    const { page, close } = await open(html, { javaScriptEnabled: false });
    expect(await page.locator('#live .noscript').textContent()).toBe(
      'This part trains in the page, which needs scripts.',
    );
    await page.locator('#live > .fold > summary').click();
    expect(await page.locator('#live .noscript').isVisible()).toBe(true);
    const mistakes = page.locator('#live .data', { hasText: 'The run with each of' });
    await mistakes.locator('summary').click();
    expect(await mistakes.locator('tbody tr').count()).toBe(21);
    expect(await control(page, 'Seed').isVisible()).toBe(false);
    await close();
  });

  it('says why a run without its images is not trained again', async () => {
    const { page, problems, close } = await open(renderReport({ train: { ...run, images: null } }));
    expect(await page.locator('#live').textContent()).toContain('It has more than 2,000 images');
    expect(await page.locator('#live input').count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it('says that it trains by the logits loss where the run did not', () => {
    const logged = { ...run, config: { ...run.config, engine: 'autodiff', loss: 'logged' } as const };
    expect(renderReport({ train: logged })).toMatch(
      / id="live".*<p class="lead">[^<]*here training goes by that of the logits loss/s,
    );
  });
});
