import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { look, patchAt, pixelsAt } from '../../src/notebook/inference/look.ts';
import { confusionAt, misread, readAll } from '../../src/notebook/inference/reading.ts';
import type { Run } from '../../src/notebook/inference/run.ts';
import { decodeRun, embedRun } from '../../src/report/embeddedRun.ts';
import { renderReport } from '../../src/report/index.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { axeInBothThemes, thinTables } from '../support/axe.ts';
import { allDrawn, describeInBrowser, shared, sidewaysScroll, unfold, upToDate } from '../support/browser.ts';
import { withEveryString } from '../support/hostile.ts';
import { realRun } from '../support/realRun.ts';

/** Few epochs, so that the network still misreads some of the test images. */
let train: TrainResult;
let run: Run;
let html: string;
beforeAll(async () => {
  train = await realRun({ epochs: 3 });
  run = decodeRun(embedRun(train));
  html = renderReport({ train });
});

const canvas = (page: Page): Locator => page.getByRole('application');
const words = (page: Page): Promise<string | null> => page.locator('#draw .probability__words').textContent();
/** The logit that a section shows. */
const logit = async (page: Page, section: string): Promise<number> => {
  const terms = await page.locator(`#${section} .sum b`).allTextContents();
  return Number(terms.find((term) => term.startsWith('='))?.slice(1));
};
const confusion = async (page: Page): Promise<number[]> =>
  (await page.locator('#test .confusion b').allTextContents()).map(Number);
const center = async (at: Locator): Promise<{ x: number; y: number; width: number; height: number }> => {
  await at.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await at.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2, width, height };
};

describeInBrowser('the network at work, in a browser', (open) => {
  it('reads without scripts: maps, numbers, confusion, misread images', async () => {
    const { page, problems, close } = await open(html, { javaScriptEnabled: false });
    for (const map of ['image', 'conv-out', 'relu-out', 'weight', 'contribution'])
      expect(await page.locator(`#sees-${map}`).isVisible()).toBe(true);
    expect(await page.locator('#sees-answer').textContent()).toContain('Test image 0, line');
    expect(await logit(page, 'sees')).toBeCloseTo(
      look(run.frames.at(-1)!.parameters, pixelsAt(run.images!.test, 0)).logit,
      3,
    );
    expect(await confusion(page)).toEqual(train.test.confusion.flat());
    const wrong = train.test.confusion[0][1] + train.test.confusion[1][0];
    expect(wrong).toBeGreaterThan(0);
    expect(await page.locator('#test .thumbnail').count()).toBe(Math.min(12, wrong));
    expect(await page.locator('#agreement').textContent()).toContain('when this page was made');
    await unfold(page);
    expect(await page.getByText('Drawing needs scripts').isVisible()).toBe(true);
    expect(await canvas(page).isVisible()).toBe(false);
    expect(problems).toEqual([]);
    await close();
  });

  describe('on one page', () => {
    const sections = ['#sees', '#draw', '#test'];
    /** A shared page on which the folds of these sections are open. */
    const one = shared(async () => {
      const opened = await open(html, { reducedMotion: 'reduce' });
      for (const section of sections) await unfold(opened.page, section);
      return opened;
    });
    afterAll(async () => (await one()).close());

    const lookAtFirst = async (page: Page): Promise<void> => {
      await page.locator('#sees-set').selectOption('test');
      await page.locator('#sees-answer').getByText('Test image 0, line').waitFor();
    };

    it('shows that its inference is the run’s, computed in the browser', async () => {
      const { page } = await one();
      const line = page.locator('#agreement');
      await line.getByText('by this page, in your browser').waitFor();
      const said = (await line.textContent())!;
      expect(said).toContain(`agrees with the trained network on all ${train.test.count} test images`);
      expect(Number(/probability is ([\d.e-]+)\./.exec(said)?.[1])).toBeLessThanOrEqual(2 ** -50);
      // Compares the browser's arithmetic with Node's, on an image other than the initial one.
      await lookAtFirst(page);
      await page.locator('#sees').getByRole('button', { name: 'Next image' }).click();
      const second = look(run.frames.at(-1)!.parameters, pixelsAt(run.images!.test, 1));
      await page.locator('#sees-answer').getByText('Test image 1, line').waitFor();
      expect(await logit(page, 'sees')).toBeCloseTo(second.logit, 3);
    });

    it('is drawn on by keyboard, says so, and lets the keyboard go', async () => {
      const { page, problems } = await one();
      const empty = await words(page);
      await canvas(page).focus();
      expect(await page.locator('#draw [role=status]').textContent()).toMatch(/^Row 4, column 8: 0.0% ink/);
      await page.keyboard.press('ArrowRight');
      expect(await words(page)).toBe(empty);
      await page.keyboard.down(' ');
      for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowDown');
      await page.keyboard.up(' ');
      expect(await words(page)).not.toBe(empty);
      expect(await page.locator('#draw [role=status]').textContent()).toMatch(
        /^Row 12, column 9: painted, 100.0% ink. Reads as an? [18], /,
      );
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      expect(await page.locator('#draw [role=status]').textContent()).toMatch(/^Row 14, column 9: 0.0% ink/);
      // Erases all of it again, once with Backspace and once with Shift.
      for (let step = 0; step < 6; step++) {
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('Backspace');
      }
      await page.keyboard.down('Shift');
      await page.keyboard.down(' ');
      for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowUp');
      await page.keyboard.up(' ');
      await page.keyboard.up('Shift');
      expect(await words(page)).toBe(empty);
      expect(await page.locator('#draw-image path').count()).toBe(0);
      const outline = await canvas(page).evaluate((at) => getComputedStyle(at).outlineStyle);
      expect(outline).toBe('solid');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Load/);
      expect(problems).toEqual([]);
    });

    it('is drawn on by mouse, erased by its right button, and shown place by place', async () => {
      const { page } = await one();
      const empty = await words(page);
      const line = async (button: 'left' | 'right'): Promise<void> => {
        const { x, y, height } = await center(canvas(page));
        await page.mouse.move(x, y - height / 3);
        await page.mouse.down({ button });
        await page.mouse.move(x, y + height / 3, { steps: 5 });
        await page.mouse.up({ button });
      };
      await line('left');
      const drawn = await words(page);
      expect(drawn).not.toBe(empty);
      expect(await page.locator('#draw-relu-out path').count()).toBeGreaterThan(0);
      const { x, y } = await center(canvas(page));
      await page.mouse.move(x + 60, y);
      expect(await words(page)).toBe(drawn);
      await page.getByRole('button', { name: 'Look at it place by place' }).click();
      expect(await page.locator('#sees-answer').textContent()).toMatch(/^Your drawing: read as/);
      expect(await logit(page, 'sees')).toBe(await logit(page, 'draw'));
      await page.getByRole('button', { name: 'Eraser' }).click();
      await page.getByRole('button', { name: 'Eraser', pressed: true }).click();
      await line('right');
      expect(await page.locator('#draw-image path').count()).toBe(0);
      await page.getByRole('button', { name: 'Load an 8' }).click();
      const first = Array.from(run.images!.test.labels).indexOf(0);
      const loaded = look(run.frames.at(-1)!.parameters, pixelsAt(run.images!.test, first));
      expect(await logit(page, 'draw')).toBeCloseTo(loaded.logit, 3);
      await page.getByRole('button', { name: 'Clear' }).click();
      expect(await words(page)).toBe(empty);
    });

    it('is drawn on by a finger, and does not scroll under it', async () => {
      const { page, problems } = await one();
      await page.setViewportSize({ width: 390, height: 844 });
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
      const empty = await words(page);
      const { x, y, height } = await center(canvas(page));
      const scrolled = await page.evaluate(() => window.scrollY);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number): Promise<unknown> =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: at === undefined ? [] : [{ x, y: y + at * height }],
        });
      await touch('touchStart', -0.3);
      for (const at of [-0.2, -0.1, 0, 0.1, 0.2, 0.3]) await touch('touchMove', at);
      await touch('touchEnd');
      await expect(words(page)).resolves.not.toBe(empty);
      expect(await page.locator('#draw-image path').count()).toBeGreaterThan(0);
      expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
      expect(problems).toEqual([]);
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
      await page.setViewportSize({ width: 1280, height: 900 });
    });

    it('saves a map as a picture and its numbers in full', async () => {
      const { page } = await one();
      await lookAtFirst(page);
      const saved = async (name: string): Promise<string> => {
        const download = page.waitForEvent('download');
        await page.locator('#sees').getByRole('button', { name, exact: true }).click();
        return readFile(await (await download).path(), 'utf8');
      };
      expect(await saved('Save picture: contribution')).toMatch(/^<svg [^>]*xmlns=.*<path/s);
      const numbers = (await saved('Save data: contribution')).trim().split(/[\n,]/).map(Number);
      const { contributions } = look(run.frames.at(-1)!.parameters, pixelsAt(run.images!.test, 0));
      // Text has no -0.
      expect(numbers).toEqual(Array.from(contributions, (value) => value + 0));
    });

    it('steps the window by arrow keys and by pointer, number by number', async () => {
      const { page } = await one();
      await lookAtFirst(page);
      const { parameters } = run.frames.at(-1)!;
      const pixels = pixelsAt(run.images!.test, 0);
      const slider = page.getByRole('slider', { name: /kernel’s window/ });
      const expectPlace = async (row: number, column: number): Promise<void> => {
        const products = page.locator('#sees .place .numbers').nth(2).locator('tbody td');
        const shown = (await products.allTextContents()).map(Number);
        const right = Array.from(
          patchAt(pixels, row, column, 5),
          (pixel, tap) => pixel * parameters.kernel[tap]!,
        );
        for (const [at, value] of shown.entries()) expect(value).toBeCloseTo(right[at]!, 3);
        const { convOut } = look(parameters, pixels);
        const text = await page.locator('.place__result b').textContent();
        expect(text).toContain(`convOut[${row}][${column}] = `);
        expect(Number(text?.split('= ')[1]) / convOut[row * 12 + column]!).toBeCloseTo(1, 1);
        expect(await slider.getAttribute('aria-valuetext')).toContain(
          `row ${row}, column ${column}: convOut`,
        );
        expect(await slider.getAttribute('aria-valuenow')).toBe(String(row * 12 + column));
      };
      await slider.focus();
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowLeft');
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight'])
        await page.keyboard.press(key);
      await expectPlace(2, 4);
      await page.keyboard.press('PageDown');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowRight');
      expect(await slider.getAttribute('aria-valuenow')).toBe('143');
      const map = await center(page.locator('#sees-conv-out'));
      await page.mouse.click(map.x - map.width / 2 + 5.5 * (map.width / 12), map.y - map.height / 24);
      await expectPlace(5, 5);
    });

    it('leads from a misread image to what the network sees in it, by Enter too', async () => {
      const { page } = await one();
      // Folded again, as a reader first sees it: a click in the list opens the place.
      const place = page.locator('#sees .place__tables');
      await page.getByText('One place, number by number').click();
      expect(await place.isVisible()).toBe(false);
      const { test } = run.images!;
      const wrong = misread(readAll(run.frames.at(-1)!.parameters, test), test.labels, 0.5);
      const first = page.locator('#test .thumbnail').first();
      await first.focus();
      await page.keyboard.press('Enter');
      const answer = page.locator('#sees-answer');
      expect(await answer.textContent()).toContain(`Test image ${wrong[0]!.sample},`);
      expect(await answer.textContent()).toContain('Wrong');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('sees-answer');
      expect(await place.isVisible()).toBe(true);
      // With reduced motion it scrolls there at once.
      const top = await page.locator('#sees').evaluate((at) => at.getBoundingClientRect().top);
      expect(Math.abs(top)).toBeLessThan(120);
      expect(await page.locator('#sees input[type=number]').inputValue()).toBe(String(wrong[0]!.sample));
      await page.locator('#sees-set').selectOption('train');
      expect(await answer.textContent()).toContain('Training image 0,');
      await page.locator('#sees input[type=number]').fill('100000');
      await page.keyboard.press('Enter');
      expect(await page.locator('#sees input[type=number]').inputValue()).toBe('199');
    });

    describe('for everyone', () => {
      const opened = shared(async () => {
        const { page } = await one();
        await page.getByRole('button', { name: 'Load an 8' }).click();
        await thinTables(page);
        return page;
      });

      it.each([1280, 320])('is free of what axe-core finds: light and dark, %i wide', async (width) => {
        const page = await opened();
        await page.setViewportSize({ width, height: 900 });
        const { broken, passed } = await axeInBothThemes(page, ...sections);
        expect(broken).toEqual([]);
        expect(passed).toBeGreaterThan(10);
      });
    });
  });

  it('says where its inference is not the run’s', async () => {
    const predictions = train.test.predictions.map((value, at) => (at === 7 ? 1 - value : value));
    const { page, close } = await open(
      renderReport({ train: { ...train, test: { ...train.test, predictions } } }),
    );
    await page.getByText('by this page, in your browser').waitFor();
    expect(await page.locator('#agreement').textContent()).toContain(
      `Differs The page’s own inference differs from the trained network on 1 of ${train.test.count} test images`,
    );
    await close();
  });

  it('moves threshold and epoch by keyboard: confusion, ROC and misread images follow', async () => {
    const { page, close } = await open(html);
    const { test } = run.images!;
    const at = (threshold: number, frame: number): number[] =>
      confusionAt(readAll(run.frames[frame]!.parameters, test).predictions, test.labels, threshold).flat();
    const last = run.frames.length - 1;
    expect(await confusion(page)).toEqual(train.test.confusion.flat());
    await page.locator('#threshold').focus();
    for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowRight');
    expect(await confusion(page)).toEqual(at(0.8, last));
    expect(at(0.8, last)).not.toEqual(at(0.5, last));
    await allDrawn(page, ['roc']);
    await upToDate(page);
    const marker = await page.locator('#roc').evaluate((plot) => {
      const { _fullData } = plot as unknown as { _fullData: { name: string; y: number[] }[] };
      return _fullData.find(({ name }) => name === 'threshold 0.80')?.y[0];
    });
    const [, , falseNegative, truePositive] = at(0.8, last);
    expect(marker).toBeCloseTo(truePositive! / (truePositive! + falseNegative!), 9);
    await page.locator('#test-epoch').focus();
    await page.keyboard.press('Home');
    expect(await confusion(page)).toEqual(at(0.8, 0));
    expect(await page.locator('#test').textContent()).toContain('before training');
    expect(await logit(page, 'sees')).toBeCloseTo(
      look(run.frames[0]!.parameters, pixelsAt(test, 0)).logit,
      3,
    );
    await close();
  });

  it.each([
    ['a kernel of 1', { kernelSize: 1 }],
    ['a kernel of 15', { kernelSize: 15 }],
    ['one epoch', { epochs: 1 }],
  ])('fits %s into 320 and 390', async (_, changes) => {
    const made = await realRun({ epochs: 3, ...changes });
    const hostile = withEveryString({ train: made }, '</script><img src=x onerror="window.hurt=1">');
    const { page, requests, problems, close } = await open(renderReport(hostile), {
      viewport: { width: 320, height: 800 },
    });
    await unfold(page);
    await page.locator('#agreement').getByText('in your browser').waitFor();
    expect(await page.locator('#agreement').textContent()).toContain('agrees with the trained network');
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await page.getByRole('slider', { name: /kernel’s window/ }).focus();
      await page.keyboard.press('ArrowDown');
      expect(await sidewaysScroll(page)).toBe(0);
    }
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect({ requests, problems }).toEqual({ requests: [], problems: [] });
    await close();
  });

  it('lets draw where the run has too many images for the page, and moves nothing by itself', async () => {
    const { page, problems, close } = await open(renderReport({ train: { ...train, images: null } }), {
      reducedMotion: 'reduce',
    });
    expect(await page.locator('#agreement').textContent()).toContain('more images than a page can carry');
    expect(await page.getByRole('button', { name: 'Load an 8' }).count()).toBe(0);
    expect(await confusion(page)).toEqual(train.test.confusion.flat());
    await unfold(page, '#draw');
    const empty = await words(page);
    await canvas(page).focus();
    await page.keyboard.press(' ');
    expect(await words(page)).not.toBe(empty);
    expect(await page.locator('#sees-image path').count()).toBeGreaterThan(0);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });
});
