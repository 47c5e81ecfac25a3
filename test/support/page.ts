import { expect } from '@jest/globals';
import { type ComponentType, Fragment, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { decodeRun, embedRun } from '../../src/report/embeddedRun.ts';
import { StillContext } from '../../src/report/parts/figure.tsx';
import type { PlotSpec } from '../../src/report/parts/figureSpec.ts';
import type { ReportResults } from '../../src/report/results.ts';
import { Sections } from '../../src/report/sections/index.tsx';
import { Banners } from '../../src/report/sections/verdict/banners.tsx';
import { Verdict } from '../../src/report/sections/verdict/section.tsx';
import { openState, PageContext } from '../../src/report/state.ts';

type Values = readonly (number | null)[];
type Line = {
  type: string;
  name?: string;
  x: Values;
  y: Values;
  z?: readonly (readonly number[])[];
  zmin?: number;
  zmax?: number;
  text?: readonly string[];
  line?: { color?: string; dash?: string };
  marker?: { color?: string | readonly string[]; symbol?: string; pattern?: { shape: string } };
};
type Axis = { title?: { text: string }; type?: string; autorange?: string };
type Layout = {
  title: { text: string };
  xaxis?: Axis;
  yaxis?: Axis;
  yaxis2?: Axis;
  shapes?: readonly { type: string; x0: number; x1: number }[];
  annotations?: readonly { text: string; x: number; y: number }[];
};

/** Bars up to this many are told one by one. */
const MOST_BARS = 4;

const short = (value: number | null | undefined): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : 'nothing';
const point = (x: number | null | undefined, y: number | null | undefined): string =>
  `(${short(x)}, ${short(y)})`;

const looksOf = ({ line, marker }: Line): string => {
  const color = line?.color ?? marker?.color ?? '';
  const colors =
    typeof color === 'string'
      ? [color]
      : [...new Set(color)].map((each) => `${each} x${color.filter((other) => other === each).length}`);
  return [...colors, line?.dash, marker?.symbol, marker?.pattern?.shape].filter((look) => look).join(' ');
};

/** Points of a line by their number and both ends, bars by their sum and where they are. */
function placesOf({ type, x, y }: Line): string {
  const ends = `${point(x[0], y[0])} to ${point(x.at(-1), y.at(-1))}`;
  if (type !== 'bar') return x.length === 0 ? 'no points' : `points ${x.length}, ${ends}`;
  const filled = x.flatMap((at, index) => (y[index] ? [point(at, y[index])] : []));
  const sum = y.reduce((before: number, each) => before + (each ?? 0), 0);
  return `bars ${x.length}, sum ${sum}, ${filled.length > MOST_BARS ? ends : `at ${filled.join(' ')}`}`;
}

/** A line of a plot in words: its kind, its name, how it looks, and where it is. */
function toldLine(line: Line): string {
  const { type, name, z, zmin, zmax } = line;
  if (!z) return `${type} ${name ?? 'without a name'} [${looksOf(line)}]: ${placesOf(line)}`;
  const scale = zmin === undefined ? '' : `, scale ${short(zmin)} to ${short(zmax)}`;
  return `${type} ${z.length}x${z[0]!.length}: ${short(z[0]![0])} to ${short(z.at(-1)!.at(-1))}${scale}`;
}

const toldAxis = (name: string, { title, type, autorange }: Axis): string =>
  [name, title?.text, type, autorange].filter((part) => part !== undefined).join(' ');

/** A plot in words: title, axes, lines, and what is written or drawn into it. */
function toldPlot({ data, layout, cursor }: PlotSpec): string[] {
  const { title, xaxis = {}, yaxis = {}, yaxis2, shapes = [], annotations = [] } = layout as Layout;
  const axes = [toldAxis('x', xaxis), toldAxis('y', yaxis), ...(yaxis2 ? [toldAxis('y2', yaxis2)] : [])];
  return [
    `plot "${title.text}"${cursor ? ' with the epoch’s cursor' : ''}`,
    `axes ${axes.join('; ')}`,
    ...(data as unknown as Line[]).flatMap((line) => [
      toldLine(line),
      ...(line.text?.length ? [`first label: ${line.text[0]}`] : []),
    ]),
    ...shapes.map(({ type, x0, x1 }) => `${type} from x ${short(x0)} to ${short(x1)}`),
    ...annotations.map(({ text, x, y }) => `note "${text}" at ${point(x, y)}`),
  ];
}

/** A plot in words, in place of its picture. */
const ToldPlot = ({ spec }: { spec: PlotSpec }) =>
  h(
    Fragment,
    null,
    toldPlot(spec).map((line) => h('p', null, line)),
  );

/**
 * The meaning that a tag carries: a state, the name of a button or a picture, where a link leads, a length, the end of a
 * range or of a class.
 */
const MEANING = [
  /(?<=\s)(?:selected|open)(?=\s|$)/,
  /^(?:button|svg)\b.*\baria-label="([^"]*)"/,
  /\bhref="([^"]*)"/,
  /class="confusion__(right|wrong)"/,
  /class="(?:[^"]* )?(?:banner|card|hop|hop__bar|scale__bar|section|status)--([\w-]+)"/,
  /style="width:([^;"]*)/,
  /\bmax="([^"]*)"/,
];
const BLOCKS = /^\/?(?:p|h\d|li|tr|caption|figcaption|summary|dt|dd|div|option|button|label|section|pre)\b/;

const ofTag = (tag: string): string => {
  if (/^tr\b/.test(tag)) return '\n| ';
  if (/^\/t[dh]\b/.test(tag)) return ' | ';
  const found = MEANING.map((meaning) => meaning.exec(tag)).find((match) => match !== null);
  return `${BLOCKS.test(tag) ? '\n' : ' '}${found ? ` (${found[1] ?? found[0]}) ` : ''}`;
};

const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** The last digits of sines differ between machines. */
const rounded = (text: string): string =>
  text.replace(/\d+\.\d{6,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toPrecision(6))));

/** The lines that a reader meets: text, the rows of tables with | between cells, plots as told above. */
const linesOf = (html: string): string[] =>
  rounded(html)
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replace(/(<svg[^>]*>).*?<\/svg>/gs, '$1')
    .replace(/<([^>]*)>/g, (_, tag: string) => ofTag(tag))
    .replace(/&(?:lt|gt|quot|amp);/g, (character) => characters[character]!)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');

/** The page of some results as text, section by section; `banners` is what stands above them. */
export function readPage(results: ReportResults): Record<string, string[]> {
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
  return Object.fromEntries(
    found.map((part) => [/^<section [^>]*id="([^"]*)"/.exec(part)?.[1] ?? 'banners', linesOf(part)]),
  );
}

/** Expects these lines, whole and in this order; others may stand between them. */
export function expectInOrder(lines: readonly string[] | undefined, expected: readonly string[]): void {
  let rest = lines ?? [];
  for (const line of expected) {
    expect(rest).toContain(line);
    rest = rest.slice(rest.indexOf(line) + 1);
  }
}
