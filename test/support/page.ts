import { expect } from '@jest/globals';
import { type ComponentType, Fragment, h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { decodeRun, embedRun } from '../../src/report/embeddedRun.ts';
import { StillContext } from '../../src/report/parts/figure.tsx';
import type { PlotSpec } from '../../src/report/parts/figureSpec.ts';
import type { ReportResults } from '../../src/report/results.ts';
import { Sections } from '../../src/report/sections/index.tsx';
import { Banners } from '../../src/report/sections/verdict/banners.tsx';
import { Verdict } from '../../src/report/sections/verdict/section.tsx';
import { openState, PageContext, type PageState } from '../../src/report/state.ts';
import type { TrainResult } from '../../src/results/train.ts';

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

const stateOf = (train: TrainResult): PageState => openState(decodeRun(embedRun(train)));

/** A part of the page before its script runs. */
function htmlOf<Props>(part: VNode<Props>, state: PageState | null = null): string {
  return renderToString(
    h(PageContext.Provider, { value: state }, h(StillContext.Provider, { value: ToldPlot }, part)),
  );
}

/** A section as text; `of` is the run that the page carries, or the page's state with that. */
export const readSection = <Props extends object>(
  section: ComponentType<Props>,
  props: Props,
  of?: TrainResult | PageState,
): string[] => linesOf(htmlOf(h(section, props), of && ('frame' in of ? of : stateOf(of))));

/** The page of some results as text, section by section; `banners` is what stands above them. */
export function readPage(results: ReportResults): Record<string, string[]> {
  const parts = h(Fragment, null, [
    h(Banners, { results }),
    h(Verdict, { results }),
    h(Sections as ComponentType<{ results: ReportResults }>, { results }),
  ]);
  const found = htmlOf(parts, results.train && stateOf(results.train)).split(/(?=<section [^>]*id=")/);
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

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
/** Three digits, as a plain number. */
export const size = (value: number): string => String(Number(value.toPrecision(3)));

const cell = (value: number): string => (value === 0 ? '0' : value.toFixed(3));
/** A map as its table shows it: columns, then a row for each of its rows. */
export const tableOf = (values: readonly number[]): string[] => {
  const side = Math.sqrt(values.length);
  const rows = Array.from({ length: side }, (_, row) => values.slice(side * row, side * (row + 1)));
  return [
    `| | ${rows.map((_, column) => column).join(' | ')} |`,
    ...rows.map((row, at) => `| ${at} | ${row.map(cell).join(' | ')} |`),
  ];
};

/** The sum of an image without ink, for trainResult: its bias is -0.31, whose sigmoid is 0.4231. */
export const NO_INK = [
  '-0.310 bias',
  '+ 0.000 for 1, 0 places',
  '− 0.000 for 8, 0 places',
  '= -0.310 logit',
  '→ 42.3% probability of 1',
];

/** The trained kernel of trainResult: 0.1 w(5 row + column) and 0.9 sin(column - 2) cos(row - 1). */
export const TRAINED_KERNEL = [
  '| 0 | -0.4011 | -0.4497 | -0.0397 | 0.5074 | 0.3863 |',
  '| 1 | -0.8344 | -0.7404 | 0.0184 | 0.7663 | 0.7375 |',
  '| 2 | -0.3583 | -0.4090 | -0.0592 | 0.4408 | 0.4431 |',
  '| 3 | 0.3763 | 0.2392 | 0.0271 | -0.2506 | -0.4214 |',
  '| 4 | 0.8311 | 0.7557 | 0.0309 | -0.7858 | -0.8487 |',
];
export const KERNEL_COLUMNS = '| Row | column 0 | column 1 | column 2 | column 3 | column 4 |';
