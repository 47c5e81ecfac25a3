import type { RocPoint } from '../../../notebook/inference/reading.ts';
import type { Config } from '../../../results/shared.ts';
import { grid, layout, type PlotSpec, parameterColors } from '../../parts/figureSpec.ts';

/** The ROC curve, the diagonal of chance, and the point of the current threshold. */
export const rocPlot = (
  curve: readonly RocPoint[],
  at: Pick<RocPoint, 'falsePositives' | 'truePositives'>,
  threshold: number,
  title: string,
  { positive, negative }: Config,
): PlotSpec => {
  const range: [number, number] = [-0.03, 1.03];
  const axis = { range, tickformat: '.0%', gridcolor: grid, linecolor: grid, zeroline: false };
  const over = `%{x:.2%} of the ${negative}s, %{y:.2%} of the ${positive}s<extra></extra>`;
  return {
    data: [
      {
        type: 'scatter',
        name: 'chance',
        x: [0, 1],
        y: [0, 1],
        mode: 'lines',
        line: { color: '#7a8794', width: 1.5, dash: 'dash' },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        name: 'network',
        x: curve.map(({ falsePositives }) => falsePositives),
        y: curve.map(({ truePositives }) => truePositives),
        mode: 'lines',
        line: { color: parameterColors.kernel, width: 2.5 },
        hovertemplate: over,
      },
      {
        type: 'scatter',
        name: `threshold ${threshold.toFixed(2)}`,
        x: [at.falsePositives],
        y: [at.truePositives],
        mode: 'markers',
        marker: { color: parameterColors.weight, size: 12, symbol: 'diamond' },
        hovertemplate: `threshold ${threshold.toFixed(2)}<br>${over}`,
      },
    ],
    layout: layout(title, {
      xaxis: { ...axis, title: { text: `Share of ${negative}s read as ${positive}` }, constrain: 'domain' },
      yaxis: {
        ...axis,
        title: { text: `Share of ${positive}s read as ${positive}` },
        scaleanchor: 'x',
        constrain: 'domain',
      },
      legend: { x: 0.98, y: 0.05, xanchor: 'right', yanchor: 'bottom' },
    }),
  };
};
