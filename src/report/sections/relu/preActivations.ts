import type { Data } from 'plotly.js-dist-min';
import type { ByClass, PreActivationBins, Relus } from '../../../notebook/inference/relus.ts';
import {
  grid,
  layout,
  legendBelow,
  type PlotSpec,
  parameterColors,
  valueAxis,
} from '../../parts/figureSpec.ts';

/** The lower edge of a bin. */
export const binStart = ({ first, width }: PreActivationBins, bin: number): number =>
  Number(((first + bin) * width).toPrecision(6));

/** Pre-activations of all training images by class, on axes that are the same in every epoch. */
export function preActivationPlot(
  { counts }: Relus,
  bins: PreActivationBins,
  names: ByClass<string>,
  epoch: number,
): PlotSpec {
  const colors = [parameterColors.weight, parameterColors.kernel] as const;
  const total = Math.max(...counts.map((some) => some.reduce((sum, count) => sum + count, 0)));
  const edges: [number, number] = [binStart(bins, 0), binStart(bins, bins.count)];
  return {
    data: counts.map(
      (some, label): Data => ({
        type: 'bar',
        name: names[label as 0 | 1],
        x: some.map((_, bin) => binStart(bins, bin + 0.5)),
        y: [...some],
        marker: { color: colors[label as 0 | 1] },
        hovertemplate: `${names[label as 0 | 1]}, around %{x}: %{y}<extra></extra>`,
      }),
    ),
    layout: layout(epoch === 0 ? 'Pre-activations before training' : `Pre-activations after epoch ${epoch}`, {
      barmode: 'group',
      bargap: 0.1,
      xaxis: {
        title: { text: 'Pre-activation (convOut)' },
        range: edges,
        gridcolor: grid,
        linecolor: grid,
        zeroline: false,
        nticks: 8,
      },
      yaxis: {
        ...valueAxis('Count'),
        type: 'log',
        range: [Math.log10(0.6), Math.log10(total) + 0.1],
        dtick: 1,
        exponentformat: 'power',
      },
      shapes: [
        {
          type: 'rect',
          x0: 0,
          x1: edges[1],
          y0: 0,
          y1: 1,
          yref: 'paper',
          layer: 'below',
          fillcolor: 'rgba(0, 158, 115, 0.12)',
          line: { width: 0 },
        },
      ],
      annotations: [
        {
          x: 1,
          xref: 'paper',
          y: 1,
          yref: 'paper',
          text: 'open',
          showarrow: false,
          xanchor: 'right',
          yanchor: 'top',
          xshift: -4,
        },
      ],
      ...legendBelow,
    }),
  };
}
