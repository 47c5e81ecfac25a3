import type { Layout } from 'plotly.js-dist-min';
import { along, type Coordinate, cells, modeOf, type StillTrace } from './traces.ts';

type AxisLayout = NonNullable<Layout['xaxis']>;

/** The values of a trace along an axis, and how they affect the axis's automatic range. */
interface Reach {
  readonly values: readonly Coordinate[];
  /** Margin beyond the outermost values: a share of the range, or units if the trace has a width. */
  readonly share: number;
  readonly units: number;
  /** Whether the range begins at 0. */
  readonly zero: boolean;
}

/** Half of the smallest distance between positions: how far a bar or a cell extends to each side. */
export const halfStep = (places: readonly number[]): number => {
  const sorted = [...new Set(places)].sort((left, right) => left - right);
  const steps = sorted.slice(1).map((place, at) => place - sorted[at]!);
  return steps.length > 0 ? Math.min(...steps) / 2 : 0.5;
};

function reach(trace: StillTrace, letter: 'x' | 'y'): Reach {
  if (trace.type === 'heatmap') {
    const rows = cells(trace);
    const length = letter === 'y' ? rows.length : (rows[0]?.length ?? 0);
    return { values: Array.from({ length }, (_, at) => at), share: 0, units: 0.5, zero: false };
  }
  const values = along(trace, letter);
  if (trace.type === 'bar') {
    return letter === 'y'
      ? { values, share: 0.05, units: 0, zero: true }
      : { values, share: 0, units: Number.NaN, zero: false };
  }
  const lines = trace.type === 'scatter' && !modeOf(trace).includes('markers');
  const zero = letter === 'y' && trace.type === 'scatter' && trace.fill === 'tozeroy';
  return { values, share: lines && letter === 'x' ? 0 : 0.05, units: 0, zero };
}

/** The names on a category axis, in the order of appearance; null if the axis has numbers. */
export function categoriesOf(traces: readonly StillTrace[], letter: 'x' | 'y'): string[] | null {
  const values = traces.flatMap((trace) => reach(trace, letter).values);
  return values.some((value) => typeof value === 'string') ? [...new Set(values.map(String))] : null;
}

/**
 * The range of an axis: from the layout, otherwise around the values, by Plotly's rules.
 * @param number converts a coordinate to a number: a name to its index, on a logarithmic axis to the exponent
 */
export function rangeOf(
  traces: readonly StillTrace[],
  letter: 'x' | 'y',
  axis: Partial<AxisLayout>,
  number: (value: Coordinate) => number,
): [number, number] {
  const given = axis.range as [number, number] | undefined;
  if (given) return [Number(given[0]), Number(given[1])];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let share = 0;
  let zero = axis.rangemode === 'tozero';
  for (const trace of traces) {
    const { values, share: room, units, zero: fromZero } = reach(trace, letter);
    const places = values.map(number).filter(Number.isFinite);
    const side = Number.isNaN(units) ? halfStep(places) : units;
    for (const place of places) {
      low = Math.min(low, place - side);
      high = Math.max(high, place + side);
    }
    share = Math.max(share, room);
    zero ||= fromZero;
  }
  if (!(low <= high)) [low, high] = [0, 1];
  const fromZero = zero && axis.type !== 'log';
  if (fromZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const room = (high - low) * share;
  const range: [number, number] = [
    fromZero && low === 0 ? 0 : low - room,
    fromZero && high === 0 ? 0 : high + room,
  ];
  return axis.autorange === 'reversed' ? [range[1], range[0]] : range;
}
