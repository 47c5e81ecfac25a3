import type { TrainResult } from '../../../results/train.ts';
import {
  epochAxis,
  layout,
  mode,
  type PlotSpec,
  parameterColors,
  upTo,
  valueAxis,
} from '../../parts/figureSpec.ts';

/** The notebook's first figure. */
export const lossPlot = ({ losses }: TrainResult): PlotSpec => ({
  cursor: true,
  data: [
    {
      type: 'scatter',
      x: upTo(losses.length),
      y: losses,
      mode: mode(losses.length),
      line: { color: parameterColors.kernel, width: 2 },
      hovertemplate: 'epoch %{x}<br>loss %{y:.6g}<extra></extra>',
    },
  ],
  layout: layout('Loss vs. Epochs', {
    xaxis: epochAxis(losses.length),
    yaxis: { ...valueAxis('Binary Cross-Entropy Loss'), rangemode: 'tozero' },
  }),
});
