import type { Data, Layout } from 'plotly.js-dist-min';
import type { CompareResult } from '../results/compare.ts';
import { type ParameterName, parameterNames } from '../results/shared.ts';
import type { TrainResult } from '../results/train.ts';

/** A plot as it travels to the page, as JSON. Its texts are ours: nothing from a result's strings goes into one. */
export type PlotSpec = { data: Data[]; layout: Partial<Layout> };

const ink = '#1c2530';
const grid = '#dfe4ea';

/** Colours that stay apart for every kind of colour vision, and on light and dark (Okabe and Ito, 2008). */
export const parameterColors = { kernel: '#0072b2', weight: '#d55e00', bias: '#009e73' } satisfies Record<
  ParameterName,
  string
>;
const symbols = { kernel: 'circle', weight: 'square', bias: 'diamond' } as const;

/** The light theme: what a saved picture has; the page's style recolours text and lines in the dark. */
const layout = (title: string, more: Partial<Layout>): Partial<Layout> => ({
  title: { text: title, x: 0, xref: 'container', xanchor: 'left', font: { size: 14.5, weight: 600 } },
  font: { family: 'system-ui, sans-serif', size: 12.5, color: ink },
  paper_bgcolor: '#fff',
  plot_bgcolor: '#fff',
  margin: { l: 64, r: 16, t: 44, b: 48 },
  dragmode: false,
  hovermode: 'closest',
  ...more,
});

const epochAxis = (epochs: number): NonNullable<Partial<Layout>['xaxis']> => ({
  title: { text: 'Epoch' },
  range: [0.5, epochs + Math.max(0.5, epochs * 0.015)],
  gridcolor: grid,
  linecolor: grid,
  zeroline: false,
  ...(epochs <= 10 ? { dtick: 1, tickformat: 'd' } : { nticks: 9, tickformat: 'd' }),
});

const valueAxis = (title: string): NonNullable<Partial<Layout>['yaxis']> => ({
  title: { text: title, standoff: 8 },
  gridcolor: grid,
  linecolor: grid,
  zeroline: false,
});

/** Whole decades around the values, so that a narrow range has no crowd of ticks. */
const decadeAxis = (title: string, values: readonly number[]): NonNullable<Partial<Layout>['yaxis']> => {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...exponents, exponents[0] ?? 0));
  const high = Math.max(Math.ceil(Math.max(...exponents, exponents[0] ?? 0)), low + 1);
  return {
    ...valueAxis(title),
    type: 'log',
    exponentformat: 'power',
    range: [low - 0.15, high + 0.15],
    dtick: Math.max(1, Math.ceil((high - low) / 6)),
  };
};

const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);
/** A line of few points shows them: one epoch would else show nothing. */
const mode = (points: number): 'lines' | 'lines+markers' => (points <= 30 ? 'lines+markers' : 'lines');

/** The notebook's first figure. */
export const lossPlot = ({ losses }: TrainResult): PlotSpec => ({
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

/** The notebook's second figure: as imshow has it, the first row on top and the cells square. */
export const kernelPlot = ({ parameters, config }: TrainResult): PlotSpec => {
  const axis = {
    dtick: config.kernelSize > 9 ? 2 : 1,
    zeroline: false,
    showgrid: false,
    constrain: 'domain',
  } as const;
  return {
    data: [
      {
        type: 'heatmap',
        z: parameters.kernel,
        colorscale: 'Viridis',
        zsmooth: false,
        colorbar: { thickness: 14, outlinewidth: 0, len: 1 },
        hovertemplate: 'kernel[%{y}][%{x}] = %{z:.6g}<extra></extra>',
      },
    ],
    layout: layout(`Trained ${config.kernelSize}x${config.kernelSize} Convolutional Kernel`, {
      margin: { l: 36, r: 8, t: 44, b: 32 },
      xaxis: { ...axis },
      yaxis: { ...axis, autorange: 'reversed', scaleanchor: 'x' },
    }),
  };
};

/** Share of open ReLUs after each epoch. */
export const activePlot = ({ diagnosis: { activeFraction } }: TrainResult): PlotSpec => ({
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
