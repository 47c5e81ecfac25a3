// Measures a report in the browser:
//   node --import tsx scripts/reportFigures.ts [--report outputs/report.html] [--screenshots outputs/screenshots]
// Prints its size by part, the time to the verdict and to the last figure (median of five openings) and the rules of
// axe-core that pass, and writes a screenshot at every width and in both themes.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type axe from 'axe-core';
import { chromium } from 'playwright-core';
import { drawFigures } from '../src/report/pictures.ts';
import { findBrowser } from '../src/system/browser.ts';
import { packageRoot } from '../src/system/packageRoot.ts';

const root = packageRoot();
const require = createRequire(import.meta.url);
const { values } = parseArgs({
  options: {
    report: { type: 'string', default: join(root, 'outputs', 'report.html') },
    screenshots: { type: 'string', default: join(root, 'outputs', 'screenshots') },
  },
});
const OPENINGS = 5;
const WIDTHS = [320, 390, 768, 1280, 1920, 3840];
const address = pathToFileURL(resolve(values.report)).href;

const found = await findBrowser();
if (!found) throw new Error('no Chrome, Chromium or Edge: node --import tsx scripts/browser.ts gets one');
const browser = await chromium.launch({
  executablePath: found.path,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  printSizes(await readFile(values.report, 'utf8'), await sizeOfStills());
  await printTimes();
  for (const scheme of ['light', 'dark'] as const) await printRules(scheme);
  await takeScreenshots();
} finally {
  await browser.close();
}

/** The bytes of the still pictures. */
async function sizeOfStills(): Promise<number> {
  const page = await browser.newPage();
  await page.goto(address);
  const stills = await page.locator('.still').evaluateAll((all) => all.map(({ outerHTML }) => outerHTML));
  await page.close();
  return Buffer.byteLength(stills.join(''));
}

function printSizes(html: string, stills: number): void {
  const bytes = (text: string): number => Buffer.byteLength(text);
  const parts: Record<string, number> = {};
  const rest = html.replace(
    /<script([^>]*)>(.*?)<\/script>|<style>.*?<\/style>/gs,
    (whole, attributes, script) => {
      const id = /id="([^"]+)"/.exec(attributes ?? '')?.[1];
      let part = 'style';
      if (script !== undefined) {
        if (id === 'plotly') part = 'Plotly';
        else if (id === 'run') part = 'the run: networks, images, histories';
        else part = id ? 'figures and results as JSON' : 'scripts of the page';
      }
      parts[part] = (parts[part] ?? 0) + bytes(whole);
      return '';
    },
  );
  parts['still pictures'] = stills;
  parts['text and tables'] = bytes(rest) - stills;
  console.log(`size ${(bytes(html) / 1e6).toFixed(2)} MB`);
  for (const [part, size] of Object.entries(parts).sort((a, b) => b[1] - a[1])) {
    console.log(`  ${(size / 1e3).toFixed(0).padStart(6)} kB  ${part}`);
  }
  console.log(`  beyond Plotly: ${((bytes(html) - (parts.Plotly ?? 0)) / 1e6).toFixed(2)} MB`);
}

async function printTimes(): Promise<void> {
  const times: { verdict: number; figures: number }[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(address);
    await drawFigures(page);
    times.push(
      await page.evaluate(() => ({
        verdict: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
        figures: performance.now(),
      })),
    );
    await page.close();
  }
  const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[OPENINGS >> 1] ?? 0;
  console.log(`verdict after ${median(times.map(({ verdict }) => verdict)).toFixed(0)} ms`);
  console.log(`last figure after ${median(times.map(({ figures }) => figures)).toFixed(0)} ms`);
}

async function printRules(colorScheme: 'light' | 'dark'): Promise<void> {
  const page = await browser.newPage({ colorScheme });
  await page.goto(address);
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { passes, violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    }),
  );
  console.log(`axe-core, ${colorScheme}: ${passes.length} rules pass, ${violations.length} are broken`);
  await page.close();
}

async function takeScreenshots(): Promise<void> {
  await mkdir(values.screenshots, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of WIDTHS) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(address);
      await drawFigures(page);
      const path = join(values.screenshots, `${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
      await page.close();
    }
  }
}
