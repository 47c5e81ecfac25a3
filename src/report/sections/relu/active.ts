import type { Data } from 'plotly.js-dist-min';
import type { ByClass, Relus } from '../../../notebook/inference/relus.ts';
import type { TrainResult } from '../../../results/train.ts';
import {
  epochAxis,
  layout,
  legendBelow,
  mode,
  type PlotSpec,
  parameterColors,
  upTo,
  valueAxis,
} from '../../parts/figureSpec.ts';

const styles = [
  { color: parameterColors.weight, dash: 'dash' },
  { color: parameterColors.kernel, dash: 'dot' },
] as const;

/** Share of open ReLUs after each epoch, over all training images and, if known, over those of each class. */
export const activePlot = (
  { diagnosis: { activeFraction } }: TrainResult,
  byEpoch: readonly { epoch: number; relus: Relus }[],
  names: ByClass<string>,
): PlotSpec => ({
  cursor: true,
  data: [
    {
      type: 'scatter',
      name: 'all images',
      x: upTo(activeFraction.length),
      y: activeFraction,
      mode: mode(activeFraction.length),
      fill: 'tozeroy',
      fillcolor: 'rgba(0, 158, 115, 0.18)',
      line: { color: parameterColors.bias, width: 2 },
      hovertemplate: 'epoch %{x}<br>%{y:.2%} open<extra></extra>',
    },
    ...(byEpoch.length === 0 ? [] : styles).map(
      (line, label): Data => ({
        type: 'scatter',
        name: names[label as 0 | 1],
        x: byEpoch.map(({ epoch }) => epoch),
        y: byEpoch.map(({ relus }) => relus.open[label as 0 | 1]),
        mode: mode(byEpoch.length),
        line: { ...line, width: 2 },
        marker: { symbol: label === 1 ? 'square' : 'diamond', size: 6 },
        hovertemplate: `${names[label as 0 | 1]}, epoch %{x}<br>%{y:.2%} open<extra></extra>`,
      }),
    ),
  ],
  layout: layout('Open ReLUs, by epoch', {
    xaxis: epochAxis(activeFraction.length),
    yaxis: {
      ...valueAxis('Share of open ReLUs'),
      range: [0, 1.02],
      tickformat: '.0%',
      nticks: 6,
    },
    ...(byEpoch.length === 0 ? {} : legendBelow),
  }),
});
