import type { Data } from 'plotly.js-dist-min';
import type { TrainResult } from '../../../results/train.ts';
import {
  epochAxis,
  layout,
  legendBelow,
  mode,
  type PlotSpec,
  parameterColors,
  valueAxis,
} from '../../parts/figureSpec.ts';

const kinds = [
  { key: 'trainAccuracy', name: 'training images', color: parameterColors.kernel, dash: 'solid' },
  { key: 'testAccuracy', name: 'test images', color: parameterColors.weight, dash: 'dash' },
] as const;

/** Share of images read right, from before training on. */
export const accuracyPlot = ({ checkpoints, losses }: TrainResult): PlotSpec => {
  const known = kinds.filter(({ key }) => checkpoints.some((point) => point[key] !== null));
  const lowest = Math.min(1, ...known.flatMap(({ key }) => checkpoints.map((point) => point[key] ?? 1)));
  return {
    cursor: true,
    data: known.map(
      ({ key, name, color, dash }): Data => ({
        type: 'scatter',
        name,
        x: checkpoints.map(({ epoch }) => epoch),
        y: checkpoints.map((point) => point[key]),
        mode: mode(checkpoints.length),
        line: { color, width: 2, dash },
        marker: { symbol: key === 'testAccuracy' ? 'square' : 'circle', size: 6 },
        hovertemplate: `${name}, epoch %{x}<br>%{y:.1%} right<extra></extra>`,
      }),
    ),
    layout: layout('Accuracy, by epoch', {
      xaxis: epochAxis(losses.length),
      yaxis: {
        ...valueAxis('Share read right'),
        range: [Math.floor(10 * lowest) / 10 - 0.02, 1.02],
        tickformat: '.0%',
        nticks: 7,
      },
      showlegend: true,
      ...legendBelow,
    }),
  };
};
