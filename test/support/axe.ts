import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** WCAG 2.1, levels A and AA. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** Runs axe-core on a page: each rule that is broken with the elements that break it, and how many rules passed. */
export async function axe(page: Page, selector = 'html'): Promise<{ broken: string[]; passed: number }> {
  // By the debugger's way: the page's own policy would refuse a script element.
  await page.evaluate(await readFile(source, 'utf8'));
  const results = await page.evaluate(
    ({ selector, tags }) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: object, options: object): Promise<AxeResults> };
      };
      // Every rule runs, but what passes is listed by one element each: selectors take most of the time.
      return axe.run({ include: [selector] }, { runOnly: tags, resultTypes: ['violations'] });
    },
    { selector, tags },
  );
  const broken = results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
  return { broken, passed: results.passes.length };
}
