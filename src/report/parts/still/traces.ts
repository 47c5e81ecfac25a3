import type { Data } from 'plotly.js-dist-min';

type Of<Type> = Extract<Data, { type?: Type }> & { type: Type };

/** The subset of Plotly's traces that the page's figures use and still pictures support. */
export type StillTrace = Of<'scatter'> | Of<'bar'> | Of<'heatmap'>;
export type Scatter = Of<'scatter'>;
export type Bar = Of<'bar'>;
export type Heatmap = Of<'heatmap'>;

/** A coordinate in a spec; a name is a category. */
export type Coordinate = number | string | null;

/** @throws Error if a figure uses a kind of trace that still pictures do not support */
export function stillTrace(trace: Data): StillTrace {
  if (trace.type === 'scatter' || trace.type === 'bar' || trace.type === 'heatmap') return trace;
  throw new Error(
    `still: expected a trace of scatter, bar or heatmap, got ${trace.type}; ` +
      'count a histogram into bars, or teach components/still the kind',
  );
}

/** A trace's coordinates as a plain array. */
export const coordinates = (values: unknown): Coordinate[] =>
  Array.isArray(values) || ArrayBuffer.isView(values) ? Array.from(values as ArrayLike<Coordinate>) : [];

/** Rows of a heatmap, row 0 first. */
export const cells = (trace: Heatmap): Coordinate[][] =>
  Array.from((trace.z ?? []) as ArrayLike<ArrayLike<Coordinate>>, (row) => Array.from(row));

/** Coordinates along an axis: those given, otherwise 0, 1, 2, ... as in Plotly. */
export function along(trace: Scatter | Bar, letter: 'x' | 'y'): Coordinate[] {
  const given = coordinates(trace[letter]);
  const other = coordinates(trace[letter === 'x' ? 'y' : 'x']);
  return given.length > 0 ? given : other.map((_, index) => index);
}

/** Plotly's default: short lines have markers. */
export const modeOf = (trace: Scatter): string =>
  trace.mode ?? (coordinates(trace.y).length < 20 ? 'lines+markers' : 'lines');
