import type { Run } from '../../../notebook/inference/run.ts';
import { rowsOf, sideOf } from '../../../notebook/model/parameters.ts';
import { layout, type PlotSpec } from '../../parts/figureSpec.ts';

/** Signed values: blue below 0, red above, white at 0; distinct for every kind of colour vision. */
export const diverging: [number, string][] = [
  [0, '#2166ac'],
  [0.25, '#92c5de'],
  [0.5, '#f7f7f7'],
  [0.75, '#f4a582'],
  [1, '#b2182b'],
];

const square = (title: string, side: number): PlotSpec['layout'] => {
  const axis = { dtick: side > 9 ? 2 : 1, zeroline: false, showgrid: false, constrain: 'domain' } as const;
  return layout(title, {
    margin: { l: 36, r: 8, t: 44, b: 32 },
    xaxis: { ...axis },
    yaxis: { ...axis, autorange: 'reversed', scaleanchor: 'x' },
  });
};

const bar = { thickness: 14, outlinewidth: 0, len: 1 };

/** The notebook's second figure, as imshow draws it: the first row on top and the cells square. */
export const kernelPlot = (kernel: Float64Array, title: string): PlotSpec => ({
  data: [
    {
      type: 'heatmap',
      z: rowsOf(kernel),
      colorscale: 'Viridis',
      zsmooth: false,
      colorbar: bar,
      hovertemplate: 'kernel[%{y}][%{x}] = %{z:.6g}<extra></extra>',
    },
  ],
  layout: square(title, sideOf(kernel)),
});

/** The largest change of a tap since the start in any epoch: the range of every difference. */
export const largestChange = ({ frames }: Run): number =>
  frames.reduce((largest, { parameters: { kernel } }) => {
    const start = frames[0]!.parameters.kernel;
    return kernel.reduce((most, value, tap) => Math.max(most, Math.abs(value - start[tap]!)), largest);
  }, 0);

/** A difference of kernels on its own scale, the same in every epoch. */
export const differencePlot = (difference: Float64Array, largest: number, title: string): PlotSpec => ({
  data: [
    {
      type: 'heatmap',
      z: rowsOf(difference),
      zmin: -largest || -1,
      zmax: largest || 1,
      colorscale: diverging,
      zsmooth: false,
      colorbar: bar,
      hovertemplate: 'kernel[%{y}][%{x}]: %{z:+.6g}<extra></extra>',
    },
  ],
  layout: square(title, sideOf(difference)),
});
