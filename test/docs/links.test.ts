import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { commandsOf, isHelp, withMadeParts } from '../../scripts/docs/parts.ts';
import { backproof } from '../support/cli.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (path: string): string => readFileSync(path, 'utf8');

/** Every Markdown page that a reader of the repository is led to; docs/api is made by a command. */
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
    .map((name) => join('docs', name)),
];

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, '');

/** Where the links of a page lead: relative ones, and those to a heading of the same page. */
const linksOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

/** The anchors that GitHub gives the headings of a page. */
const anchorsOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

/** The fault of a link, or null. */
function problemOf(page: string, link: string): string | null {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (relative(root, target).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(target)) return 'leads to nothing';
  if (anchor === undefined) return null;
  if (!statSync(target).isFile()) return 'has an anchor, and leads to a folder';
  return anchorsOf(read(target)).includes(anchor) ? null : 'has an anchor that no heading has';
}

describe.each(pages)('%s', (page) => {
  it('has links that lead somewhere', () => {
    const links = linksOf(read(join(root, page)));
    const broken = links.flatMap((link) => {
      const problem = problemOf(page, link);
      return problem === null ? [] : [`${link} ${problem}`];
    });
    expect(broken).toEqual([]);
  });
});

it('sees a link that leads nowhere', () => {
  expect(linksOf('[a](docs/none.md) `x` [b](https://example.org)')).toEqual(['docs/none.md']);
  expect(problemOf('README.md', 'docs/none.md')).toBe('leads to nothing');
  expect(problemOf('docs/bench.md', '../../elsewhere.md')).toBe('leads out of the repository');
  expect(problemOf('README.md', 'docs/gradcheck.md#no-such-heading')).toBe(
    'has an anchor that no heading has',
  );
  expect(problemOf('README.md', 'docs/gradcheck.md#jest-and-vitest')).toBeNull();
});

describe('README', () => {
  const readme = read(join(root, 'README.md'));

  it('has at most 1,500 words', () => {
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  it('names the two commands on its first screen', () => {
    const screen = readme.split('\n').slice(0, 30);
    expect(screen.some((line) => line.startsWith('npm ci && npm start'))).toBe(true);
    expect(screen.some((line) => line.startsWith('npm cit'))).toBe(true);
  });

  it('leads to every page', () => {
    const own = linksOf(readme).map((link) => link.split('#')[0]!);
    const missing = pages.filter(
      (page) => page !== 'README.md' && !own.some((link) => page.startsWith(link)),
    );
    expect(missing).toEqual([]);
  });
});

const made = pages.filter((page) => commandsOf(read(join(root, page))).some(isHelp));

it.each(made)('%s has the help of today (npm run docs:made)', async (page) => {
  const text = read(join(root, page));
  const helps = commandsOf(text).filter(isHelp);
  const outputs = await Promise.all(
    helps.map(async (command) => (await backproof(command.split(' ').slice(1))).stdout),
  );
  expect(withMadeParts(text, (command) => outputs[helps.indexOf(command)] ?? null)).toBe(text);
});

it('names every page whose parts are made of help', () => {
  expect(made).toEqual(expect.arrayContaining([join('docs', 'commands.md'), join('docs', 'gradcheck.md')]));
});
