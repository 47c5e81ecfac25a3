import type { VNode } from 'preact';
import type { PlotSpec } from '../figureSpec.ts';
import type { Axis } from './axes.ts';
import { halfStep } from './extent.ts';
import { colorOf, short } from './scatter.tsx';
import { along, type Bar, coordinates } from './traces.ts';

/** How the bars of several traces share a position. */
export interface BarPlace {
  readonly trace: Bar;
  /** Index among the bars side by side; 0 of 1 if they overlap. */
  readonly index: number;
  readonly of: number;
}

/** The positions of a figure's bars. */
export const barPlaces = (bars: readonly Bar[], { layout }: PlotSpec): BarPlace[] => {
  const apart = (layout.barmode ?? 'group') === 'group';
  return bars.map((trace, index) => ({ trace, index: apart ? index : 0, of: apart ? bars.length : 1 }));
};

/** The bars of a trace, one path for each colour. */
export const BarMarks = (props: BarPlace & { x: Axis; y: Axis; gap: number }): VNode => {
  const { trace, index, of, x, y, gap } = props;
  const heights = along(trace, 'y').map(y.number);
  const places = along(trace, 'x').map(x.number);
  const widths = coordinates(trace.width);
  const step = 2 * halfStep(places);
  const colors = coordinates(trace.marker?.color);
  const paths = new Map<string, string>();
  places.forEach((place, at) => {
    const width = Number(widths[at] ?? trace.width ?? (step * (1 - gap)) / of);
    const from = place - (width * of) / 2 + index * width;
    const zero = y.place(0);
    const [foot, head] = [Number.isFinite(zero) ? zero : 100, y.place(heights[at]!)];
    const edges = [x.place(from), foot, x.place(from + width), head];
    if (!edges.every(Number.isFinite) || foot === head) return;
    const [left, top, right, bottom] = edges.map(short);
    const color = colorOf(colors[at], trace.marker?.color);
    paths.set(color, `${paths.get(color) ?? ''}M${left} ${top}V${bottom}H${right}V${top}z`);
  });
  return (
    <>
      {[...paths].map(([color, path]) => (
        <path class="still__bar" fill={color} d={path} />
      ))}
    </>
  );
};
