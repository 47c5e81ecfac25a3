import type { Data } from 'plotly.js-dist-min';
import { type Precision, unitInLastPlace } from '../../../numerics/ieee.ts';
import type { CompareResult } from '../../../results/compare.ts';
import type { ParameterName } from '../../../results/parameterNames.ts';
import type { Scatter, ScatterPoint } from '../../../results/scatter.ts';
import { decadeAxis, epochAxis, layout, legendBelow, mode, type PlotSpec } from '../../parts/figureSpec.ts';
import { element, exact, size } from '../../parts/format.ts';

export const precisions = ['float32', 'float64'] as const satisfies readonly Precision[];

/** Distinct for every kind of colour vision, also by their symbols. */
const looks = {
  float32: { color: '#0072b2', symbol: 'circle' },
  float64: { color: '#009e73', symbol: 'diamond' },
} as const satisfies Record<Precision, { color: string; symbol: string }>;
const ALLOWED = '#cc3311';

/** A point with two finite values that differ. */
interface Drawn extends ScatterPoint {
  readonly left: number;
  readonly right: number;
  readonly size: number;
  readonly difference: number;
}

/** The points that a logarithmic plot can show. */
const drawn = (points: readonly ScatterPoint[]): Drawn[] =>
  points.flatMap((point) => {
    const { left, right } = point;
    if (left === null || right === null) return [];
    const size = Math.max(Math.abs(left), Math.abs(right));
    return [{ ...point, left, right, size, difference: Math.abs(left - right) }];
  });

/** Whether a point exceeds the allowed rounding error; a value that is not finite does. */
export const isOver = ({ left, right, allowed }: ScatterPoint): boolean =>
  left === null || right === null || Math.abs(left - right) > allowed;

/** The label of a point: its place and its two values. */
const labelOf = (parameter: ParameterName, precision: Precision, point: Drawn): string =>
  [
    `${element(parameter, point.index)}, epoch ${point.epoch}, sample ${point.sample}`,
    `manual ${exact(point.left, precision)}`,
    `autodiff ${exact(point.right, precision)}`,
    `difference ${size(point.difference)}, allowed ${size(point.allowed)}`,
  ].join('<br>');

const markers = (parameter: ParameterName, precision: Precision, points: readonly Drawn[]): Data => ({
  type: 'scatter',
  name: precision,
  mode: 'markers',
  x: points.map(({ size }) => size),
  y: points.map(({ difference }) => difference),
  text: points.map((point) => labelOf(parameter, precision, point)),
  marker: { color: looks[precision].color, symbol: looks[precision].symbol, size: 5, opacity: 0.75 },
  hovertemplate: `%{text}<extra>${precision}</extra>`,
});

/** One unit in the last place as a function of magnitude: a step at each power of two. */
function unitLine(precision: Precision, points: readonly Drawn[], isNamed: boolean): Data {
  const exponents = points.map(({ size }) => Math.floor(Math.log2(size)));
  const low = Math.min(...exponents);
  const x = Array.from({ length: Math.max(...exponents) - low + 2 }, (_, at) => 2 ** (low + at));
  return {
    type: 'scatter',
    name: '1 ULP',
    showlegend: isNamed,
    mode: 'lines',
    x,
    y: x.map((size) => unitInLastPlace(size, precision)),
    line: { color: '#6b7785', width: 1.5, dash: 'dot', shape: 'hv' },
    hoverinfo: 'skip',
  };
}

/** The largest allowed difference of the points of a magnitude, decade by decade. */
function allowedLine(points: readonly Drawn[], isNamed: boolean): Data {
  const most = new Map<number, number>();
  for (const { size, allowed } of points) {
    const decade = Math.floor(Math.log10(size));
    most.set(decade, Math.max(most.get(decade) ?? 0, allowed));
  }
  const decades = [...most].sort(([a], [b]) => a - b);
  return {
    type: 'scatter',
    name: 'most allowed',
    showlegend: isNamed,
    mode: 'lines',
    x: decades.flatMap(([decade]) => [10 ** decade, 10 ** (decade + 1)]),
    y: decades.flatMap(([, allowed]) => [allowed, allowed]),
    line: { color: ALLOWED, width: 2, dash: 'dash' },
    hoverinfo: 'skip',
  };
}

const { margin } = legendBelow;
const legend = { ...legendBelow.legend, y: -0.24 };

/** Magnitude of an element against the difference of its two values, in both precisions, on logarithmic axes. */
export function scatterPlot(scatters: readonly Scatter[], parameter: ParameterName): PlotSpec {
  const groups = precisions.flatMap((precision) => {
    const points = scatters
      .filter((some) => some.precision === precision && some.parameter === parameter)
      .flatMap((some) => drawn(some.points));
    return points.length > 0 ? [{ precision, points }] : [];
  });
  const all = groups.flatMap(({ points }) => points);
  const over = groups.flatMap(({ precision, points }) =>
    points.filter(isOver).map((point) => ({ ...point, text: labelOf(parameter, precision, point) })),
  );
  const data: Data[] = [
    ...groups.map(({ precision, points }) =>
      markers(
        parameter,
        precision,
        points.filter((point) => !isOver(point)),
      ),
    ),
    ...groups.map(({ precision, points }, at) => unitLine(precision, points, at === 0)),
    ...groups.map(({ points }, at) => allowedLine(points, at === 0)),
  ];
  if (over.length > 0)
    data.push({
      type: 'scatter',
      name: 'over what is allowed',
      mode: 'markers',
      x: over.map(({ size }) => size),
      y: over.map(({ difference }) => difference),
      text: over.map(({ text }) => text),
      marker: { color: ALLOWED, symbol: 'triangle-up', size: 8 },
      hovertemplate: '%{text}<extra>wrong</extra>',
    });
  const bounds = all.flatMap(({ difference, allowed }) => [difference, allowed]);
  return {
    data,
    layout: layout(`Size against difference: ${parameter}`, {
      xaxis: decadeAxis(
        'Size of the element',
        all.map(({ size }) => size),
      ),
      yaxis: decadeAxis('|manual − autodiff|', bounds),
      legend,
      margin,
    }),
  };
}

type Rows = Pick<CompareResult, 'perEpoch' | 'perEpochFloat64'>;

/** A logarithmic axis cannot show 0: such epochs are gaps in the line. */
const positive = (value: number): number | null => (value > 0 ? value : null);

/** The largest error of each epoch as a share of the allowed one, with the limit as a line. */
export function errorPlot({ perEpoch, perEpochFloat64 }: Rows, parameter: ParameterName): PlotSpec {
  const rows = { float32: perEpoch, float64: perEpochFloat64 } as const;
  const epochs = [...perEpoch, ...perEpochFloat64].map(({ epoch }) => epoch);
  const last = Math.max(1, ...epochs);
  const lines = precisions.map(
    (precision): Data => ({
      type: 'scatter',
      name: precision,
      x: rows[precision].map(({ epoch }) => epoch),
      y: rows[precision].map(({ maxOverAllowed }) => positive(maxOverAllowed[parameter])),
      text: rows[precision].map(({ maxAbs }) => size(maxAbs[parameter])),
      mode: mode(rows[precision].length),
      line: { color: looks[precision].color, width: 2 },
      marker: { symbol: looks[precision].symbol, size: 7, color: looks[precision].color },
      hovertemplate: 'epoch %{x}<br>%{y:.3g} of what is allowed<br>difference %{text}<extra></extra>',
    }),
  );
  const allowed: Data = {
    type: 'scatter',
    name: 'allowed',
    x: [Math.min(last, ...epochs), last],
    y: [1, 1],
    mode: 'lines+markers',
    line: { color: ALLOWED, width: 2, dash: 'dash' },
    marker: { size: 1 },
    hoverinfo: 'skip',
  };
  return {
    cursor: true,
    data: [...lines, allowed],
    layout: layout(`Worst error by epoch: ${parameter}`, {
      xaxis: epochAxis(last),
      yaxis: decadeAxis('Error / allowed', [
        ...precisions.flatMap((precision) => rows[precision].map((row) => row.maxOverAllowed[parameter])),
        1,
      ]),
      legend,
      margin,
    }),
  };
}
