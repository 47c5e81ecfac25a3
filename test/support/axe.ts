import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.1, levels A and AA. */
const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** The rules that check colours. */
const colorRules = ['color-contrast', 'link-in-text-block'];
const drawings = ['.figure__plot .main-svg'];

/**
 * Removes rows of a page's tables that differ from an earlier row of the same table only by their texts: most of
 * axe-core's time goes into the contrast of thousands of numbers that look the same. Tables keep their size, so
 * scrolling ones still scroll. A row with a different element, attribute, colour, background or font size stays.
 *
 * @returns number of rows removed
 */
export const thinTables = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const lookOf = (element: Element): string => {
      const { color, backgroundColor, fontSize, fontWeight, opacity } = getComputedStyle(element);
      return [color, backgroundColor, fontSize, fontWeight, opacity].join();
    };
    const repeated: Element[] = [];
    for (const body of document.querySelectorAll('tbody')) {
      body.style.height = `${body.getBoundingClientRect().height}px`;
      const known = new Set<string>();
      for (const row of body.rows) {
        const parts = [row, ...row.querySelectorAll('*')];
        const key = `${row.outerHTML.replace(/>[^<]*</g, '><')}${parts.map(lookOf).join(';')}`;
        if (known.has(key)) repeated.push(row);
        known.add(key);
      }
    }
    for (const row of repeated) row.remove();
    return repeated.length;
  });

/**
 * Runs axe-core on a page, or on parts of it, in its current state.
 *
 * @throws Error if the page has no such part
 */
export const axe = (page: Page, ...selectors: readonly string[]): Promise<Judged> =>
  judge(page, selectors, [], allRules);

/**
 * Runs axe-core on a page, or on parts of it, in both themes: every rule in the light one, and in the dark one, which
 * changes only colours, the rules for colours. Plotly's drawings are left out: each is one picture with one label, and
 * axe does not see the colour of drawn text. The page stays dark.
 *
 * @throws Error if the page has no such part
 */
export async function axeInBothThemes(page: Page, ...selectors: readonly string[]): Promise<Judged> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await judge(page, selectors, drawings, allRules);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await judge(page, selectors, drawings, colorRules);
  if (dark.passed + dark.broken.length === 0)
    throw new Error('axe: expected texts to look at in the dark theme, got none');
  return { broken: [...light.broken, ...dark.broken.map((rule) => `dark: ${rule}`)], passed: light.passed };
}

/** Each violated rule with the elements that violate it, and the number of rules that passed. */
interface Judged {
  readonly broken: string[];
  readonly passed: number;
}

async function judge(
  page: Page,
  selectors: readonly string[],
  exclude: readonly string[],
  rules: readonly string[],
): Promise<Judged> {
  const include = selectors.length > 0 ? [...selectors] : ['html'];
  for (const selector of include) {
    if ((await page.locator(selector).count()) === 0)
      throw new Error(`axe: expected ${selector} on the page, got none`);
  }
  // Injected through the debugger, since the page's policy would refuse a script element.
  await page.evaluate(source);
  const results = await page.evaluate(
    ({ include, exclude, rules }) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: object, options: object): Promise<AxeResults> };
      };
      // Every rule runs, but passing ones list a single element: selectors take most of the time.
      return axe.run({ include, exclude }, { runOnly: [...rules], resultTypes: ['violations'] });
    },
    { include, exclude, rules },
  );
  const broken = results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
  return { broken, passed: results.passes.length };
}
