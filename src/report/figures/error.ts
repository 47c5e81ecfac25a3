import type { Data } from 'plotly.js-dist-min';
import type { CompareResult } from '../../results/compare.ts';
import { parameterNames } from '../../results/parameterNames.ts';
import { decadeAxis, epochAxis, layout, mode, type PlotSpec, parameterColors, symbols } from './spec.ts';

/** A logarithmic axis has no place for 0: such epochs are left out of the line. */
const positive = (value: number): number | null => (value > 0 ? value : null);

/** Worst error of each epoch by parameter; as a multiple of what was allowed, with the line that it may not cross. */
export const errorPlot = ({ perEpoch }: CompareResult, figure: 'maxOverAllowed' | 'maxAbs'): PlotSpec => {
  const x = perEpoch.map((row) => row.epoch);
  const relative = figure === 'maxOverAllowed';
  const lines = parameterNames.map(
    (name): Data => ({
      type: 'scatter',
      name,
      x,
      y: perEpoch.map((row) => positive(row[figure][name])),
      mode: mode(x.length),
      line: { color: parameterColors[name], width: 2 },
      marker: { symbol: symbols[name], size: 7 },
      hovertemplate: `${name}, epoch %{x}<br>%{y:.3g}<extra></extra>`,
    }),
  );
  const allowed: Data = {
    type: 'scatter',
    name: 'allowed',
    x: [x[0] ?? 0, x.at(-1) ?? 0],
    y: [1, 1],
    mode: 'lines+markers',
    line: { color: '#cc3311', width: 2, dash: 'dash' },
    marker: { size: 1 },
    hoverinfo: 'skip',
  };
  return {
    cursor: true,
    data: relative ? [...lines, allowed] : lines,
    layout: layout(relative ? 'Worst error over allowed, by epoch' : 'Worst absolute error, by epoch', {
      xaxis: epochAxis(x.at(-1) ?? 1),
      yaxis: decadeAxis(relative ? 'Error / allowed' : 'Absolute error', [
        ...perEpoch.flatMap((row) => Object.values(row[figure])),
        ...(relative ? [1] : []),
      ]),
      legend: { orientation: 'h', x: 0, y: -0.3, yanchor: 'top' },
      margin: { l: 64, r: 16, t: 44, b: 96 },
    }),
  };
};
