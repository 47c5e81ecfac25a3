import type { TrainResult } from '../../results/train.ts';
import { epochAxis, layout, mode, type PlotSpec, parameterColors, upTo, valueAxis } from './spec.ts';

/** Share of open ReLUs after each epoch. */
export const activePlot = ({ diagnosis: { activeFraction } }: TrainResult): PlotSpec => ({
  cursor: true,
  data: [
    {
      type: 'scatter',
      x: upTo(activeFraction.length),
      y: activeFraction,
      mode: mode(activeFraction.length),
      fill: 'tozeroy',
      fillcolor: 'rgba(0, 158, 115, 0.18)',
      line: { color: parameterColors.bias, width: 2 },
      hovertemplate: 'epoch %{x}<br>%{y:.2%} open<extra></extra>',
    },
  ],
  layout: layout('Open ReLUs, by epoch', {
    xaxis: epochAxis(activeFraction.length),
    yaxis: { ...valueAxis('Share of pre-activations above 0'), range: [0, 1], tickformat: '.0%' },
  }),
});
