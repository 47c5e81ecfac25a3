import type { Data } from 'plotly.js-dist-min';
import {
  decadeAxis,
  epochAxis,
  layout,
  legendBelow,
  mode,
  type PlotSpec,
  parameterColors,
  upTo,
} from '../../parts/figureSpec.ts';

/** Losses by epoch of the run, the last try and the one before; a missing one has none. */
export interface LiveLosses {
  readonly run: readonly number[];
  readonly now: readonly number[];
  readonly before: readonly number[];
}

const line = (
  name: string,
  losses: readonly number[],
  look: { color: string; width?: number; dash?: 'dash' },
): Data => ({
  type: 'scatter',
  name,
  x: upTo(losses.length),
  y: [...losses],
  mode: mode(losses.length),
  line: { width: 2, ...look },
  visible: losses.length > 0,
  hovertemplate: `epoch %{x}<br>loss %{y:.6g}<extra>${name}</extra>`,
});

/** The new curve over the old ones, on a logarithmic axis: mistakes are decades apart. */
export const livePlot = ({ run, now, before }: LiveLosses): PlotSpec => ({
  data: [
    line('the try before', before, { color: '#8a97a5', width: 1.5 }),
    line('the run', run, { color: parameterColors.kernel, dash: 'dash' }),
    line('this try', now, { color: parameterColors.weight }),
  ],
  layout: layout('Loss vs. Epochs', {
    xaxis: epochAxis(Math.max(1, run.length, now.length)),
    yaxis: decadeAxis('Binary Cross-Entropy Loss', [...run, ...now, ...before]),
    showlegend: true,
    ...legendBelow,
  }),
});
