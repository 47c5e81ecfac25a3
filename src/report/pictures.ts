import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { writeWhole } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import { launchBrowser } from '../system/browser.ts';

/** The ids of the figures worth a slide of their own; a page may lack some. */
const MAIN_FIGURES = [
  'gradient-scatter',
  'error-over-allowed',
  'loss',
  'accuracy',
  'saturation-plot',
  'open-relus',
  'kernel-start',
  'kernel-plot',
  'kernel-change',
  'roc',
  'two-losses',
  'sweep-losses',
  'sweep-accuracies',
] as const;

/** Size of a picture, in CSS pixels; a PNG has twice the resolution. */
const SIZE = { width: 900, height: 540 };
const SQUARE = { width: 620, height: 540 };
/** Size of the page's first screen. */
const SCREEN = { width: 1280, height: 860 };

/**
 * Writes the main figures of a report as PNG and SVG, and its first screen as PNG, using the installed browser.
 *
 * @returns the files' paths
 * @throws Failure (environment) if there is no browser, or playwright-core, an optional peer, is not installed
 */
export async function writePictures(report: string, folder: string): Promise<string[]> {
  const browser = await launchBrowser('--png');
  try {
    const page = await browser.newPage({ viewport: SCREEN, deviceScaleFactor: 2, colorScheme: 'light' });
    await page.goto(pathToFileURL(report).href);
    const figures = await drawFigures(page, MAIN_FIGURES);
    await prepareOutputs(folder);
    const written: string[] = [];
    const write = async (name: string, content: string | Buffer) => {
      const path = resolve(folder, name);
      await writeWhole(path, content);
      written.push(path);
    };
    await write('page.png', await page.screenshot());
    for (const id of figures) {
      const [png = '', svg = ''] = await picturesOf(page, id);
      await write(`${id}.png`, Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'));
      await write(`${id}.svg`, decodeURIComponent(svg.slice(svg.indexOf(',') + 1)));
    }
    return written;
  } finally {
    await browser.close();
  }
}

/**
 * Scrolls through the page, which draws a figure only once it comes near the window, and back to its top; a fold with a
 * figure in it stays open.
 *
 * @param wanted the ids of figures; all by default
 * @returns the ids that the page has, all drawn
 */
export const drawFigures = async (page: Page, wanted: readonly string[] | null = null): Promise<string[]> => {
  const drawn = await page.waitForFunction((ids) => {
    const all = [...document.querySelectorAll('.figure__plot')];
    const plots = ids ? all.filter(({ id }) => ids.includes(id)) : all;
    const next = plots.find((plot) => !plot.querySelector('.main-svg'));
    for (let around = next?.closest('details'); around; around = around.parentElement?.closest('details'))
      around.open = true;
    // Scrolls to the surrounding figure, since an undrawn plot has no size.
    if (next) next.parentElement?.scrollIntoView({ behavior: 'instant', block: 'center' });
    else scrollTo({ top: 0, behavior: 'instant' });
    return next ? null : plots.map(({ id }) => id);
  }, wanted);
  return (await drawn.jsonValue()) ?? [];
};

/** A figure as data URLs, PNG and SVG. */
const picturesOf = (page: Page, id: string): Promise<string[]> =>
  page.evaluate(
    async ({ id, size, square }) => {
      const at = document.getElementById(id)!;
      const shape = at.closest('.figure--square') ? square : size;
      const { Plotly } = window as unknown as {
        Plotly: { toImage(at: HTMLElement, options: object): Promise<string> };
      };
      return [
        await Plotly.toImage(at, { ...shape, format: 'png', scale: 2 }),
        await Plotly.toImage(at, { ...shape, format: 'svg' }),
      ];
    },
    { id, size: SIZE, square: SQUARE },
  );
