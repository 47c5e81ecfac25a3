import { type ScaleContinuousNumeric, scaleLinear } from 'd3-scale';
import type { Layout } from 'plotly.js-dist-min';
import type { PlotSpec } from '../figureSpec.ts';
import { categoriesOf, rangeOf } from './extent.ts';
import type { Coordinate, StillTrace } from './traces.ts';

type AxisLayout = Partial<NonNullable<Layout['xaxis']>>;

/** A tick: its position in percent of the panel, and its label; an exponent is one of ten. */
export type Tick = { readonly at: number; readonly label: string; readonly exponent?: number };

/** One axis of a still picture. */
export interface Axis {
  readonly letter: 'x' | 'y';
  readonly layout: AxisLayout;
  /** The start and length of its panel, in percent of the picture from the left or the top. */
  readonly start: number;
  readonly length: number;
  /** Converts a coordinate to a number; a name becomes its index. */
  number(value: Coordinate): number;
  /** Position of such a number in percent of the panel; NaN if the axis cannot show it. */
  place(value: number): number;
  readonly ticks: readonly Tick[];
}

const plain = (value: Coordinate): number => (value === null ? Number.NaN : Number(value));

/** The name of an axis in a spec (x, y, y2, ...), and its key in a layout. */
const layoutKey = (name: string): 'xaxis' => `${name[0]}axis${name.slice(1)}` as 'xaxis';

/** The axes of the traces, by name. */
export function axesOf(spec: PlotSpec, traces: readonly StillTrace[]): Map<string, Axis> {
  const names = new Set(['x', 'y', ...traces.flatMap((trace) => [xName(trace), yName(trace)])]);
  return new Map([...names].map((name) => [name, axisOf(spec, traces, name)]));
}

export const xName = (trace: StillTrace): string => trace.xaxis ?? 'x';
export const yName = (trace: StillTrace): string => trace.yaxis ?? 'y';

function axisOf(spec: PlotSpec, all: readonly StillTrace[], name: string): Axis {
  const letter = name[0] === 'x' ? 'x' : 'y';
  const layout: AxisLayout = spec.layout[layoutKey(name)] ?? {};
  const traces = all.filter((trace) => (letter === 'x' ? xName : yName)(trace) === name);
  const names = categoriesOf(traces, letter);
  const number = names ? (value: Coordinate) => names.indexOf(String(value)) : plain;
  const log = layout.type === 'log';
  const range = rangeOf(
    traces,
    letter,
    layout,
    log ? (value) => Math.log10(number(value)) : (value) => number(value),
  );
  const [from, to] = (layout.domain ?? [0, 1]) as [number, number];
  const scale = scaleLinear(range, letter === 'x' ? [0, 100] : [100, 0]);
  const ticks = log ? decades(range, layout) : names ? named(names) : spaced(range, layout);
  return {
    letter,
    layout,
    start: 100 * (letter === 'x' ? from : 1 - to),
    length: 100 * (to - from),
    number,
    place: (value) => scale(log ? Math.log10(value) : value),
    ticks: ticks
      .map(({ at, ...tick }) => ({ ...tick, at: scale(at) }))
      .filter(({ at }) => at >= -0.01 && at <= 100.01),
  };
}

const named = (names: readonly string[]): Tick[] => names.map((label, at) => ({ at, label }));

/** Ticks at whole decades, at the layout's distance. */
function decades([from, to]: [number, number], { dtick, exponentformat }: AxisLayout): Tick[] {
  const step = typeof dtick === 'number' ? dtick : Math.max(1, Math.ceil(Math.abs(to - from) / 6));
  return multiples(from, to, step).map((at) =>
    exponentformat === 'power' && at !== 0
      ? { at, label: '10', exponent: at }
      : { at, label: String(Number((10 ** at).toPrecision(6))) },
  );
}

const multiples = (from: number, to: number, step: number): number[] => {
  const first = Math.ceil(Math.min(from, to) / step - 1e-9);
  const last = Math.floor(Math.max(from, to) / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step);
};

/** Labels in Plotly's form: 0.2, not 0.20. */
export function labels(
  scale: ScaleContinuousNumeric<number, number>,
  count: number,
  format?: string,
): (value: number) => string {
  const text = scale.tickFormat(count, format);
  return format ? text : (value) => text(value).replace(/(?:\.|(\.\d*?[1-9]))0+$/, '$1');
}

function spaced(range: [number, number], layout: AxisLayout): Tick[] {
  const { dtick, nticks, tickvals, ticktext, tickformat } = layout;
  if (Array.isArray(tickvals))
    return tickvals.map((at, index) => ({
      at: Number(at),
      label: String(Array.isArray(ticktext) ? ticktext[index] : at),
    }));
  const scale = scaleLinear().domain(range);
  const count = nticks || 6;
  const values = typeof dtick === 'number' ? multiples(...range, dtick) : scale.ticks(count);
  const text = labels(scale, Math.max(count, values.length), tickformat);
  return values.map((at) => ({ at, label: text(at) }));
}
