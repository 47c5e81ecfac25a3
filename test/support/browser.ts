import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { drawFigures } from '../../src/report/pictures.ts';
import { findBrowser, QUICK_START } from '../../src/system/browser.ts';
import { describeUnless } from './skip.ts';

/** Switches that stop a browser's own traffic, so that every request a test sees is the page's. */
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-gpu',
];

/** An open page and its forbidden requests and problems; after `close`, its tab may show another page. */
export type Opened = { page: Page; requests: string[]; problems: string[]; close: () => Promise<void> };

/** The reader's browser settings. */
export type Reader = Pick<
  BrowserContextOptions,
  'viewport' | 'colorScheme' | 'reducedMotion' | 'javaScriptEnabled'
>;

/** Opens HTML as a file from disk, as a reader does. */
export type OpenHtml = (html: string, reader?: Reader) => Promise<Opened>;

/** A tab and its file. Its events go to the test that has it open. */
interface Tab {
  readonly page: Page;
  readonly file: string;
  readonly javaScriptEnabled: boolean;
  /** Null while no test has it open. */
  opened: Pick<Opened, 'requests' | 'problems'> | null;
}

const found = await findBrowser();

const launch = (args: readonly string[]): Promise<Browser> => {
  if (!found) throw new Error('no Chrome, Chromium or Edge: node --import tsx scripts/browser.ts gets one');
  return chromium.launch({
    executablePath: found.path,
    args: [...QUICK_START, ...quiet, ...args, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
};

const openTab = async (browser: Browser, file: string, javaScriptEnabled: boolean): Promise<Tab> => {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  const tab: Tab = { page, file, javaScriptEnabled, opened: null };
  const address = pathToFileURL(file).href;
  context.on('request', (request) => {
    // data: and blob: never leave the page.
    if (request.url() !== address && !/^(data|blob):/.test(request.url()))
      tab.opened?.requests.push(request.url());
  });
  page.on('console', (message) => tab.opened?.problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => tab.opened?.problems.push(`error: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.warn(`policy: ${event.violatedDirective} refused ${event.blockedURI}`),
    );
  });
  return tab;
};

/**
 * Tests that need a real browser. Without one they are skipped with a visible line; with CI=true they fail. Records the
 * page's requests for anything but its own file, its console messages, errors and policy violations.
 *
 * A closed tab is reused for the next page, at the same address: the browser then still has Plotly compiled, which
 * takes longer than everything else on a page.
 */
export const describeInBrowser = (
  name: string,
  tests: (open: OpenHtml) => void,
  args: readonly string[] = [],
): void => {
  describeUnless(found ? null : 'no browser; node --import tsx scripts/browser.ts gets one', name, () => {
    let browser: Browser;
    let folder: string;
    beforeAll(async () => {
      browser = await launch(args);
      folder = await mkdtemp(join(tmpdir(), 'backproof-report-'));
    });
    afterAll(async () => {
      await browser?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const tabs: Tab[] = [];
    const freeTab = async (javaScriptEnabled: boolean): Promise<Tab> => {
      const free = tabs.find((tab) => tab.opened === null && tab.javaScriptEnabled === javaScriptEnabled);
      if (free) return free;
      const tab = await openTab(browser, join(folder, `report ${tabs.length + 1}.html`), javaScriptEnabled);
      tabs.push(tab);
      return tab;
    };
    tests(async (html, reader = {}) => {
      const tab = await freeTab(reader.javaScriptEnabled ?? true);
      const { page, file } = tab;
      await page.setViewportSize(reader.viewport ?? { width: 1280, height: 900 });
      await page.emulateMedia({
        media: null,
        colorScheme: reader.colorScheme ?? 'light',
        reducedMotion: reader.reducedMotion ?? 'no-preference',
      });
      await page.mouse.move(0, 0);
      await writeFile(file, html);
      const opened = { requests: [], problems: [] };
      tab.opened = opened;
      await page.goto(pathToFileURL(file).href);
      return {
        page,
        ...opened,
        close: async () => {
          tab.opened = null;
        },
      };
    });
  });
};

/** Memoizes a value, such as a page that several tests of a suite share. */
export const shared = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Opens every folded part of a page. */
export const unfold = (page: Page, within = 'html'): Promise<void> =>
  page.locator(`${within} details`).evaluateAll((all) => {
    for (const details of all) details.setAttribute('open', '');
  });

/** Makes Plotly draw every plot of the page, or those with these ids, and waits until each shows some of its data. */
export const allDrawn = async (page: Page, ids: readonly string[] | null = null): Promise<void> => {
  const drawn = await drawFigures(page, ids);
  if (ids ? drawn.length < ids.length : drawn.length === 0)
    throw new Error(
      `expected the figures ${ids?.join(', ') ?? 'of a page'}, got ${drawn.join(', ') || 'none'}`,
    );
  await page.waitForFunction(
    (all) => all.every((id) => document.getElementById(id)?.querySelector('.main-svg :is(.trace, .hm)')),
    drawn,
  );
};

/** Waits until the plots match the page's controls; plots out of view are updated once they are seen. */
export const upToDate = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => {
    const stale = document.querySelector('.figure__plot[data-drawn][data-stale]');
    stale?.parentElement?.scrollIntoView({ behavior: 'instant', block: 'center' });
    return stale === null;
  });
};

/** Number of CSS pixels by which the page is wider than its window. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
