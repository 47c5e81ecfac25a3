import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { At } from './at.tsx';
import { type Axis, labels } from './axes.ts';
import { coloredPaths, colorScaleOf } from './colors.ts';
import { percent } from './scatter.tsx';
import { cells, type Heatmap } from './traces.ts';

/** The cells of a heatmap, without interpolation. */
export const HeatmapCells = ({ trace, x, y }: { trace: Heatmap; x: Axis; y: Axis }): VNode | null => {
  const rows = cells(trace);
  const width = rows[0]?.length;
  if (!width) return null;
  // Converts units of a cell, the first centred on 0, to percent of the panel.
  const [left, top] = [x.place(-0.5), y.place(-0.5)];
  const across = (x.place(width - 0.5) - left) / width;
  const down = (y.place(rows.length - 0.5) - top) / rows.length;
  return (
    <g class="still__cells" transform={`matrix(${across} 0 0 ${down} ${left} ${top})`}>
      {coloredPaths(trace, colorScaleOf(trace)).map(({ color, path }) => (
        <path fill={color} d={path} />
      ))}
    </g>
  );
};

/** Number of steps in a colour bar. */
const STEPS = 48;

/** The scale of a heatmap, to its right. */
export const ColorBar = ({ trace }: { trace: Heatmap }): VNode => {
  const scale = colorScaleOf(trace);
  const axis = scaleLinear([scale.low, scale.high], [100, 0]);
  const text = labels(axis, 5);
  const thickness = trace.colorbar?.thickness ?? 14;
  return (
    <At class="still__colorbar" x="100%" height="100%">
      <svg
        aria-hidden="true"
        x="10"
        width={thickness}
        height="100%"
        viewBox={`0 0 1 ${STEPS}`}
        preserveAspectRatio="none"
      >
        <g class="still__cells">
          {Array.from({ length: STEPS }, (_, at) => (
            <path fill={scale.at(1 - (at + 0.5) / STEPS)} d={`M0 ${at}h1v1h-1z`} />
          ))}
        </g>
      </svg>
      <g class="still__ticks" transform={`translate(${15 + thickness} 4)`}>
        {axis.ticks(5).map((value) => (
          <text y={percent(axis(value))}>{text(value)}</text>
        ))}
      </g>
    </At>
  );
};
