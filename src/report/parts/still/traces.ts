import type { Data } from 'plotly.js-dist-min';

type Of<Type> = Extract<Data, { type?: Type }> & { type: Type };

/** The part of Plotly's traces that the page's figures use; a still picture can draw these. */
export type StillTrace = Of<'scatter'> | Of<'bar'> | Of<'heatmap'>;
export type Scatter = Of<'scatter'>;
export type Bar = Of<'bar'>;
export type Heatmap = Of<'heatmap'>;

/** A coordinate as a spec has it: a name is one of a category axis. */
export type Coordinate = number | string | null;

/** @throws Error where a figure uses a kind of trace that no still picture can show yet */
export function stillTrace(trace: Data): StillTrace {
  if (trace.type === 'scatter' || trace.type === 'bar' || trace.type === 'heatmap') return trace;
  throw new Error(
    `still: expected a trace of scatter, bar or heatmap, got ${trace.type}; ` +
      'count a histogram into bars, or teach components/still the kind',
  );
}

/** A trace's coordinates, plain. */
export const coordinates = (values: unknown): Coordinate[] =>
  Array.isArray(values) || ArrayBuffer.isView(values) ? Array.from(values as ArrayLike<Coordinate>) : [];

/** Rows of a heatmap, the first at 0. */
export const cells = (trace: Heatmap): Coordinate[][] =>
  Array.from((trace.z ?? []) as ArrayLike<ArrayLike<Coordinate>>, (row) => Array.from(row));

/** Coordinates along an axis: of points those that are given, else 0, 1, 2, ... as Plotly counts them. */
export function along(trace: Scatter | Bar, letter: 'x' | 'y'): Coordinate[] {
  const given = coordinates(trace[letter]);
  const other = coordinates(trace[letter === 'x' ? 'y' : 'x']);
  return given.length > 0 ? given : other.map((_, index) => index);
}

/** Plotly's default: what is few has markers. */
export const modeOf = (trace: Scatter): string =>
  trace.mode ?? (coordinates(trace.y).length < 20 ? 'lines+markers' : 'lines');
