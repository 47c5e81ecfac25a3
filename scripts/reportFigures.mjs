// What a report costs and how it stands, out of the browser: node scripts/reportFigures.mjs [--report outputs/report.html]
//   [--screenshots outputs/screenshots]. Prints its size by part, the time to the verdict and to the last figure (median
// of five openings), the rules of axe-core that pass, and writes a screenshot at every width and in both themes.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { importSource } from './importSource.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
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

const { findBrowser } = await importSource('src/system/browser.ts');
const found = await findBrowser();
if (!found) throw new Error('no Chrome, Chromium or Edge: node scripts/browser.mjs gets one');
const browser = await chromium.launch({
  executablePath: found.path,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  printSizes(await readFile(values.report, 'utf8'), await sizeOfStills());
  await printTimes();
  for (const scheme of /** @type {const} */ (['light', 'dark'])) await printRules(scheme);
  await takeScreenshots();
} finally {
  await browser.close();
}

/** Bytes of the still pictures. */
async function sizeOfStills() {
  const page = await browser.newPage();
  await page.goto(address);
  const stills = await page.locator('.still').evaluateAll((all) => all.map(({ outerHTML }) => outerHTML));
  await page.close();
  return Buffer.byteLength(stills.join(''));
}

/**
 * @param {string} html
 * @param {number} stills
 */
function printSizes(html, stills) {
  const bytes = (/** @type {string} */ text) => Buffer.byteLength(text);
  /** @type {Record<string, number>} */
  const parts = {};
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

async function printTimes() {
  /** @type {{ verdict: number, figures: number }[]} */
  const times = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(address);
    await page.waitForFunction(() => {
      const plots = [...document.querySelectorAll('.figure__plot')];
      return plots.every((plot) => plot.querySelector('.main-svg'));
    });
    times.push(
      await page.evaluate(() => ({
        verdict: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
        figures: performance.now(),
      })),
    );
    await page.close();
  }
  const median = (/** @type {number[]} */ numbers) => numbers.sort((a, b) => a - b)[OPENINGS >> 1] ?? 0;
  console.log(`verdict after ${median(times.map(({ verdict }) => verdict)).toFixed(0)} ms`);
  console.log(`last figure after ${median(times.map(({ figures }) => figures)).toFixed(0)} ms`);
}

/** @param {'light' | 'dark'} colorScheme */
async function printRules(colorScheme) {
  const page = await browser.newPage({ colorScheme });
  await page.goto(address);
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { passes, violations } = await page.evaluate(() =>
    /** @type {any} */ (globalThis).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }),
  );
  console.log(`axe-core, ${colorScheme}: ${passes.length} rules pass, ${violations.length} are broken`);
  await page.close();
}

async function takeScreenshots() {
  await mkdir(values.screenshots, { recursive: true });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of WIDTHS) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(address);
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.figure__plot')].every((plot) => plot.querySelector('.main-svg')),
      );
      const path = join(values.screenshots, `${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
      await page.close();
    }
  }
}
