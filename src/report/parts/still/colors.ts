import { scaleLinear } from 'd3-scale';
import { viridis } from '../colors.ts';
import { type Coordinate, cells, type Heatmap } from './traces.ts';

/** Plotly's own stops of the named scales that our figures use. */
const named: Record<string, readonly (readonly [number, string])[]> = {
  Viridis: viridis,
  Greys: [
    [0, '#000000'],
    [1, '#ffffff'],
  ],
};

/** Number of colour levels: cells of the same level share one path. */
const LEVELS = 96;

/** The colours of a heatmap's numbers. */
export interface ColorScale {
  readonly low: number;
  readonly high: number;
  /** The colour at a position of the range, 0 to 1. */
  at(share: number): string;
  /** The level of a value, 0..LEVELS - 1, and a level's colour. */
  level(value: number): number;
  color(level: number): string;
}

/** @throws Error for a scale whose name has no stops here */
export function colorScaleOf(trace: Heatmap): ColorScale {
  const { colorscale = 'Viridis', reversescale = false } = trace;
  const stops = typeof colorscale === 'string' ? named[colorscale] : (colorscale as [number, string][]);
  if (!stops)
    throw new Error(
      `still: expected Viridis, Greys or [stop, color] pairs as a colour scale, got ${colorscale}`,
    );
  const ramp = scaleLinear(
    stops.map(([stop]) => stop),
    stops.map(([, color]) => color),
  ).clamp(true);
  const at = (share: number): string => ramp(reversescale ? 1 - share : share);
  const values = cells(trace).flat().map(plain).filter(Number.isFinite);
  const low = trace.zmin ?? values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
  const most = trace.zmax ?? values.reduce((most, value) => Math.max(most, value), values[0] ?? 1);
  const high = most > low ? most : low + 1;
  const level = (value: number): number =>
    Math.max(0, Math.min(LEVELS - 1, Math.floor(((value - low) / (high - low)) * LEVELS)));
  return { low, high, at, level, color: (of) => at((of + 0.5) / LEVELS) };
}

const plain = (value: Coordinate): number => (value === null ? Number.NaN : Number(value));

/** One path for each colour: its cells, in units of a cell, with neighbours in a row joined. */
export function coloredPaths(trace: Heatmap, scale: ColorScale): { color: string; path: string }[] {
  const paths = new Map<number, string>();
  cells(trace).forEach((row, y) => {
    const levels = row.map((value) => (value === null ? -1 : scale.level(Number(value))));
    for (let x = 0; x < levels.length; ) {
      const level = levels[x]!;
      let end = x + 1;
      while (levels[end] === level) end += 1;
      if (level >= 0) paths.set(level, `${paths.get(level) ?? ''}M${x} ${y}h${end - x}v1h${x - end}z`);
      x = end;
    }
  });
  return [...paths].map(([level, path]) => ({ color: scale.color(level), path }));
}
