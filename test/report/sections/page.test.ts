import { describe, expect, it } from '@jest/globals';
import { type ComponentType, Fragment, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { summaryOf } from '../../../src/notebook/sweep/summary.ts';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { StillContext } from '../../../src/report/parts/figure.tsx';
import type { PlotSpec } from '../../../src/report/parts/figureSpec.ts';
import type { ReportResults } from '../../../src/report/results.ts';
import { Sections } from '../../../src/report/sections/index.tsx';
import { Banners } from '../../../src/report/sections/verdict/banners.tsx';
import { Verdict } from '../../../src/report/sections/verdict/section.tsx';
import { openState, PageContext } from '../../../src/report/state.ts';
import type { SweepResult } from '../../../src/results/sweep.ts';
import { configWith } from '../../notebook/sweep/plans.ts';
import { auditResult, known } from '../../support/audit.ts';
import { compareResult, disagreement, trainResult } from '../../support/results.ts';

/** Long lists of numbers are told by their ends and their sum. */
const MOST = 12;
const short = (value: number): number => Number(value.toPrecision(5));

/** A plot in words: what is on its axes and how it is laid out. */
function told(value: unknown): string {
  if (typeof value === 'number') return String(short(value));
  if (Array.isArray(value)) {
    if (value.length > MOST && typeof value[0] === 'string')
      return `[${value[0]} … ${value.at(-1)}: ${value.length}]`;
    if (value.length <= MOST || !value.every((each) => each === null || typeof each === 'number'))
      return `[${value.map(told).join(', ')}]`;
    const sum = value.reduce((before, each, at) => before + (at + 1) * (each ?? 0), 0);
    return `[${told(value[0])} … ${told(value.at(-1))}: ${value.length}, places times values ${short(sum)}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${told(each)}`)
    .join(', ')} }`;
}

const ToldPlot = ({ spec }: { spec: PlotSpec }) =>
  h(Fragment, null, [
    ...spec.data.map((line) => h('p', null, `plot ${told(line)}`)),
    h('p', null, `layout ${told({ cursor: spec.cursor, ...spec.layout })}`),
  ]);

/** Attributes that a reader, or the reader's software, meets. */
const MET =
  /\b(?:aria-label|aria-pressed|data-island|href|id|max|min|open|selected|step|style|value)(?:="[^"]*")?|class="[^"]*--[^"]*"/g;
const BLOCKS = /^\/?(?:p|h\d|li|tr|caption|figcaption|summary|dt|div|option|button|label|section|pre)\b/;

/** The last digits of sines differ between machines. */
const rounded = (text: string): string =>
  text.replace(/\d+\.\d{6,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toPrecision(6))));

/** Of a long table the first rows and the last one. */
function shortened(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    const isRow = (offset: number): boolean => lines[at + offset]?.startsWith('| ') ?? false;
    const isInside = [-4, -3, -2, -1, 0, 1].every(isRow);
    if (!isInside) kept.push(line);
    else if (kept.at(-1) !== '| …') kept.push('| …');
  }
  return kept;
}

/** A page as a reader meets it, line by line; pictures by their beginning and their length. */
const read = (html: string): string[] => {
  const lines = rounded(html)
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replace(
      /(<svg[^>]*>)(.*?)<\/svg>/gs,
      (_, tag: string, inside: string) =>
        `${tag}(${inside.length}: ${inside.slice(0, 60).replace(/[<>]/g, "'")})</svg>`,
    )
    .replace(/<([^>]*)>/g, (_, tag: string) => {
      const met = tag.match(tag.startsWith('th ') ? /class="[^"]*"/g : MET)?.join(' ');
      const attributes = met === undefined ? '' : ` {${met}} `;
      return `${BLOCKS.test(tag) ? '\n' : ' '}${tag.startsWith('tr') ? '| ' : ''}${attributes}`;
    })
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  return shortened(lines);
};

const page = (results: ReportResults): Map<string, string[]> => {
  const state = results.train === undefined ? null : openState(decodeRun(embedRun(results.train)));
  const parts = h(Fragment, null, [
    h(Banners, { results }),
    h(Verdict, { results }),
    h(Sections as ComponentType<{ results: ReportResults }>, { results }),
  ]);
  const html = renderToString(
    h(PageContext.Provider, { value: state }, h(StillContext.Provider, { value: ToldPlot }, parts)),
  );
  const found = html.split(/(?=<section [^>]*id=")/);
  return new Map(
    found.map((part) => [/^<section [^>]*id="([^"]*)"/.exec(part)?.[1] ?? 'banners', read(part)]),
  );
};

const train = trainResult({ epochs: 4 });
const dead = trainResult({ epochs: 4, dead: true, source: 'synthetic' });
const other = { ...trainResult({ epochs: 3 }), config: { ...train.config, seed: 2, epochs: 3 } };

const columns = {
  seed: [0, 1, 2, 5, 7, 9],
  pair: [0, 0, 0, 0, 1, 1],
  learningRate: [0.1, 0.1, 0.1, 0.5, 0.1, 0.1],
  firstLoss: [0.7, 0.7, 0.7, 0.7, 0.6, 0.6],
  lastLoss: [0.02, 0.7, 0.69, null, 0.004, 0],
  trainAccuracy: [1, 0.5, 0.5, 0.25, 1, 0.985],
  testAccuracy: [0.99, 0.5, 0.5, null, 0.95, 1],
  deadReluSince: [null, 3, null, null, null, null],
  stalledSince: [null, 2, 0, null, null, null],
  diverged: [null, null, null, 4, null, null],
};
const sweepConfig = configWith({ seeds: '0-2,5,7,9', epochs: 4 });
const sweepResult: SweepResult = {
  schema: 'backproof/sweep/1',
  config: sweepConfig,
  data: { source: 'synthetic', files: [], pairs: [] },
  partial: { reason: 'interrupted', done: 6, total: 24, message: 'interrupted with 6 of 24 runs made' },
  runs: columns,
  summary: summaryOf(columns, sweepConfig),
  timing: { milliseconds: [1, 1, 1, 1, 1, 1], workers: 2, seconds: 0.02 },
  provenance: train.provenance,
};

const STORIES: [string, ReportResults, string[]?][] = [
  ['a run that is right', { train, compare: compareResult({ epochs: 4 }) }],
  ['a gradient that is wrong', { compare: disagreement() }],
  ['a run that died', { train: dead }, ['banners', 'verdict', 'training', 'saturation', 'relu', 'test']],
  ['a sweep', { sweep: sweepResult }, ['banners', 'sweep']],
  ['an audit', { audit: auditResult(), compare: compareResult({ epochs: 4 }) }, ['audit']],
  [
    'an audit with something new',
    { audit: auditResult([{ ...known[0]!, fault: null, reason: null }]) },
    ['audit'],
  ],
  ['a run without images', { train: { ...train, images: null } }, ['relu', 'sees', 'draw', 'test']],
  ['two runs', { train, other }, ['two-runs']],
];

// The results are made up in test/support/results.ts: each number of the snapshot can be followed to one there.
describe.each(STORIES)('the page of %s', (_, results, wanted) => {
  const sections = page(results);
  it.each(wanted ?? [...sections.keys()].filter((id) => id !== 'live'))('reads as ever: %s', (id) => {
    expect(sections.get(id)!.join('\n')).toMatchSnapshot();
  });
});
