import type { Data } from 'plotly.js-dist-min';
import type { BenchResult, GrowthResult } from '../../../results/bench.ts';
import { alike, growthWords, inOrder } from '../../../results/benchTables.ts';
import { decadeAxis, layout, type PlotSpec, parameterColors, valueAxis } from '../../parts/figureSpec.ts';

/** How contenders are called in a plot: only names of ours go into one. */
const labels: Readonly<Record<string, string>> = {
  fused: 'fused',
  'fused-dense': 'fused, dense',
  'manual-wasm': 'manual, wasm',
  'manual-cpu': 'manual, cpu',
  'manual-native': 'manual, native',
  'autodiff-wasm': 'autodiff, wasm',
  'autodiff-cpu': 'autodiff, cpu',
  'autodiff-native': 'autodiff, native',
  reference: 'reference',
  c: 'C',
  'jax-scan': 'JAX, scan',
  'jax-step': 'JAX, step',
  'pytorch-patches': 'PyTorch, patches',
  'pytorch-by-hand': 'PyTorch, by hand',
  'pytorch-autograd': 'PyTorch, autograd',
  'tensorflow-function': 'TensorFlow, function',
  'tensorflow-eager': 'TensorFlow, eager',
  'jax-js': 'jax-js',
  numpy: 'NumPy',
};

/** A step's time of everybody who does the same training, the fastest on top. */
export const speedPlot = (result: BenchResult): PlotSpec => {
  const shown = inOrder(alike(result)).filter(
    ({ id, verdict }) => verdict === 'same training' && id in labels,
  );
  const timeOf = (at: number): number => shown[at]!.microsecondsPerStep!.median;
  const bars = (side: 'ours' | 'peer', color: string): Data => {
    const at = shown.flatMap((contender, index) => (contender.side === side ? [index] : []));
    return {
      type: 'bar',
      orientation: 'h',
      name: side === 'ours' ? 'backproof' : 'peers',
      x: at.map(timeOf),
      y: at,
      text: at.map((index) => labels[shown[index]!.id]!),
      textposition: 'none',
      marker: { color, pattern: { shape: side === 'ours' ? '' : '/' } },
      hovertemplate: '%{text}: %{x:.3g} us a step<extra></extra>',
    };
  };
  const sides = [bars('ours', parameterColors.kernel), bars('peer', parameterColors.weight)];
  const times = shown.map((_, index) => timeOf(index));
  return {
    data: sides,
    layout: layout('Microseconds a step', {
      barmode: 'overlay',
      margin: { l: 144, r: 16, t: 44, b: 84 },
      xaxis: decadeAxis('us a step', times),
      yaxis: {
        tickvals: shown.map((_, index) => index),
        ticktext: shown.map(({ id }) => labels[id]!),
        tickfont: { size: 11.5 },
        range: [shown.length - 0.4, -0.6],
        showgrid: false,
        zeroline: false,
      },
      legend: { orientation: 'h', x: 0, y: -0.13, yanchor: 'top' },
    }),
  };
};

/** Time by one size: what was measured, and the straight line through it. */
export const growthPlot = ({ by, points, lines }: GrowthResult): PlotSpec => {
  const x = points.map(({ value }) => value);
  const series = (which: 'skipping' | 'dense', color: string, symbol: 'circle' | 'square'): Data[] => {
    const line = lines?.[which];
    const measured: Data = {
      type: 'scatter',
      name: which,
      mode: line ? 'markers' : 'lines+markers',
      x,
      y: points.map((point) => point[which]),
      line: { color, width: 2 },
      marker: { color, symbol, size: 8 },
      hovertemplate: `${which}, ${growthWords[by].size} %{x}<br>%{y:.3g} ms<extra></extra>`,
    };
    if (!line) return [measured];
    const fitted: Data = {
      type: 'scatter',
      name: `${which}, line`,
      mode: 'lines',
      showlegend: false,
      x,
      y: points.map(({ units }) => line.constant + line.slope * units),
      line: { color, width: 2, dash: 'dot' },
      hoverinfo: 'skip',
    };
    return [fitted, measured];
  };
  const size = growthWords[by].size;
  return {
    data: [
      ...series('skipping', parameterColors.kernel, 'circle'),
      ...series('dense', parameterColors.weight, 'square'),
    ],
    layout: layout(`Time by ${size}`, {
      xaxis: { ...valueAxis(size), rangemode: 'tozero' },
      yaxis: { ...valueAxis('ms'), rangemode: 'tozero' },
      legend: { orientation: 'h', x: 0, y: -0.3, yanchor: 'top' },
      margin: { l: 64, r: 16, t: 44, b: 96 },
    }),
  };
};
