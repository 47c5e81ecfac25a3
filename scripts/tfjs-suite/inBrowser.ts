// Runs tfjs-core's tests on a backend that only browsers have: bundled, served from this machine, and run by jasmine in
// Chromium.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { IN_SOFTWARE } from '../../src/audit/browser/chromium.ts';
import { launchBrowser } from '../../src/system/browser.ts';
import type { Spec } from './spec.ts';

const require = createRequire(import.meta.url);

/** Puts jasmine's globals into a page, and a list of the finished specs. */
const boot = (ignored: readonly string[], flags: object): string => `
  // Names of specs hold the flags, which are the same for all.
  const named = (fullName) => fullName.replace(${JSON.stringify(JSON.stringify(flags))}, '{}');
  const ignored = ${JSON.stringify(ignored)};
  window.jasmine = jasmineRequire.core(jasmineRequire);
  Object.assign(window, jasmineRequire.interface(jasmine, jasmine.getEnv()));
  window.specs = [];
  jasmine.getEnv().configure({
    random: false,
    specFilter: (spec) => !ignored.some((part) => named(spec.getFullName()).includes(part)),
  });
  jasmine.getEnv().addReporter({
    specStarted: ({ fullName }) => { window.running = named(fullName); },
    specDone: ({ fullName, status, failedExpectations }) => {
      if (status !== 'excluded')
        window.specs.push({ fullName: named(fullName), status, failedExpectations: failedExpectations.map(({ message }) => ({ message })) });
    },
  });`;

/**
 * Runs the bundled tests in a page. A spec that does not end within 30 s, for example because the device is lost,
 * counts as failed and ends the run.
 */
export async function runInBrowser(
  suite: string,
  ignored: readonly string[],
  flags: object,
): Promise<Spec[]> {
  const jasmine = await readFile(require.resolve('jasmine-core/lib/jasmine-core/jasmine.js'), 'utf8');
  const files: Record<string, string> = {
    '/jasmine.js': jasmine,
    '/boot.js': boot(ignored, flags),
    '/suite.js': suite,
  };
  const server = createServer(({ url = '/' }, response) => {
    const script = files[url];
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser('tfjs-suite', IN_SOFTWARE);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (const url of Object.keys(files)) await page.addScriptTag({ url });
    return await specsOf(page);
  } finally {
    await browser.close();
    server.close();
  }
}

/** The page's globals while the tests run. */
interface Running {
  readonly jasmine: { getEnv(): { execute(): Promise<unknown> } };
  readonly specs: Spec[];
  readonly running: string;
  ended?: boolean;
}

async function specsOf(page: Page): Promise<Spec[]> {
  await page.evaluate(() => {
    const tests = window as unknown as Running;
    void tests.jasmine
      .getEnv()
      .execute()
      .then(() => {
        tests.ended = true;
      });
  });
  for (let before = -1; ; ) {
    const ended = await page
      .waitForFunction(() => (window as unknown as Running).ended, null, { timeout: 30_000, polling: 500 })
      .then(
        () => true,
        () => false,
      );
    const { specs, running } = await page.evaluate(() => {
      const tests = window as unknown as Running;
      return { specs: tests.specs, running: tests.running };
    });
    if (ended) return specs;
    if (specs.length === before) {
      const message = 'did not end within 30 s; the tests after it did not run';
      return [...specs, { fullName: running, status: 'failed', failedExpectations: [{ message }] }];
    }
    before = specs.length;
  }
}
