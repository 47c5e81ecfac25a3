import type { Data } from 'plotly.js-dist-min';
import type { Run } from '../../../notebook/inference/run.ts';
import { parameterNames } from '../../../results/parameterNames.ts';
import {
  epochAxis,
  layout,
  legendBelow,
  mode,
  type PlotSpec,
  parameterColors,
  symbols,
  valueAxis,
} from '../../parts/figureSpec.ts';

const dashes = { kernel: 'solid', weight: 'dash', bias: 'dot' } as const;

/** The Euclidean norm of each parameter; for the bias its absolute value. */
export const normsOf = ({ parameters: { kernel, weight, bias } }: Run['frames'][number]) => ({
  kernel: Math.hypot(...kernel),
  weight: Math.hypot(...weight),
  bias: Math.abs(bias),
});

/** The distance of each parameter from 0, from before training on. */
export const normsPlot = ({ frames }: Run): PlotSpec => {
  const norms = frames.map(normsOf);
  return {
    cursor: true,
    data: parameterNames.map(
      (name): Data => ({
        type: 'scatter',
        name,
        x: frames.map(({ epoch }) => epoch),
        y: norms.map((norm) => norm[name]),
        mode: mode(frames.length),
        line: { color: parameterColors[name], width: 2, dash: dashes[name] },
        marker: { symbol: symbols[name], size: 7 },
        hovertemplate: `${name}, epoch %{x}<br>%{y:.4g}<extra></extra>`,
      }),
    ),
    layout: layout('Norms, by epoch', {
      xaxis: epochAxis(frames.at(-1)?.epoch ?? 0),
      yaxis: { ...valueAxis('Norm'), rangemode: 'tozero' },
      ...legendBelow,
    }),
  };
};
