import { loggedFactor, SATURATION_LOGIT } from '../../../notebook/engines/loggedLoss.ts';
import type { Frame, Run } from '../../../notebook/inference/run.ts';
import { grid, layout, type PlotSpec, parameterColors, valueAxis } from '../../parts/figureSpec.ts';

/** Range of logits that is always shown. */
const LEAST_SPAN = { from: -22, to: 8 } as const;
/** Points of the curve per unit of the logit. */
const STEPS = 4;

/** The lower edge of each bin; one index more gives the end of the last. */
export const binEdge = ({ logitBins }: Run, bin: number): number => logitBins.from + bin * logitBins.width;

/** The range of logits over all epochs of the run, in whole bins, so that it is the same in every epoch. */
function spanOf(run: Run): { from: number; to: number; most: number } {
  let { from, to } = LEAST_SPAN as { from: number; to: number };
  let most = 1;
  for (const { logitCounts } of run.frames) {
    logitCounts?.forEach((count, bin) => {
      if (count === 0) return;
      from = Math.min(from, binEdge(run, bin));
      to = Math.max(to, binEdge(run, bin + 1));
      most = Math.max(most, count);
    });
  }
  return { from, to, most };
}

/** The share of the exact gradient that the logged loss keeps, by logit, over the logits of an epoch's steps. */
export function saturationPlot(run: Run, { epoch, logitCounts }: Frame): PlotSpec {
  const { from, to, most } = spanOf(run);
  const logits = Array.from({ length: (to - from) * STEPS + 1 }, (_, at) => from + at / STEPS);
  const counts = logitCounts ?? [];
  const centre = (_: number, bin: number): number => binEdge(run, bin + 0.5);
  const limit = SATURATION_LOGIT;
  return {
    data: [
      {
        type: 'scatter',
        x: logits,
        y: logits.map((logit) => loggedFactor(1 / (1 + Math.exp(-logit)))),
        mode: 'lines',
        line: { color: parameterColors.kernel, width: 2 },
        hovertemplate: 'logit %{x}<br>%{y:.3g} of the exact gradient<extra></extra>',
      },
      {
        type: 'bar',
        yaxis: 'y2',
        x: counts.map(centre),
        y: [...counts],
        width: run.logitBins.width,
        marker: {
          // So wrong that the logged loss keeps less than half of the gradient.
          color: counts.map((_, bin) =>
            binEdge(run, bin + 1) <= limit + run.logitBins.width / 2
              ? parameterColors.weight
              : parameterColors.bias,
          ),
        },
        hovertemplate: 'logit %{x}: %{y} steps<extra></extra>',
      },
    ],
    layout: layout(
      epoch === 0
        ? 'What the logged loss teaches'
        : `What the logged loss teaches, and epoch ${epoch}’s logits`,
      {
        showlegend: false,
        bargap: 0,
        xaxis: {
          title: { text: 'Logit towards the sample’s own label' },
          range: [from, to],
          anchor: 'y2',
          gridcolor: grid,
          linecolor: grid,
          zeroline: false,
          nticks: 9,
        },
        yaxis: {
          ...valueAxis('Share taught'),
          domain: [0.52, 1],
          range: [-0.03, 1.05],
          dtick: 0.5,
          tickformat: '.0%',
        },
        yaxis2: {
          ...valueAxis('Steps'),
          domain: [0, 0.42],
          type: 'log',
          range: [Math.log10(0.6), Math.max(1.05, Math.log10(most) + 0.05)],
          dtick: 1,
          exponentformat: 'power',
        },
        shapes: [
          {
            type: 'line',
            x0: limit,
            x1: limit,
            y0: 0,
            y1: 1,
            yref: 'paper',
            line: { color: parameterColors.weight, width: 1.5, dash: 'dash' },
          },
        ],
        annotations: [
          {
            x: limit,
            y: 0.5,
            text: `half at ${limit.toFixed(1)}`,
            showarrow: false,
            xanchor: 'left',
            yanchor: 'middle',
            xshift: 8,
          },
        ],
      },
    ),
  };
}
