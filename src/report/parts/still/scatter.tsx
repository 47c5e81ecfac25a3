import {
  area,
  curveLinear,
  curveStepAfter,
  line,
  type SymbolType,
  symbol,
  symbolDiamond2,
  symbolTriangle,
} from 'd3-shape';
import type { VNode } from 'preact';
import { At, Stretched } from './at.tsx';
import type { Axis } from './axes.ts';
import { type Point, thinLine, thinMarkers } from './thin.ts';
import { along, coordinates, modeOf, type Scatter } from './traces.ts';

/** Plotly's line styles, in pixels. */
export const dashes: Record<string, string | undefined> = {
  dot: '2 3',
  dash: '7 5',
  longdash: '12 6',
  dashdot: '7 4 2 4',
};

/** Plotly's colour for a trace without one. */
const FALLBACK = '#1f77b4';

/** Decimals of a percentage: two are a twentieth of a pixel. */
const DIGITS = 2;

const shapes: Record<string, SymbolType | undefined> = {
  diamond: symbolDiamond2,
  'triangle-up': symbolTriangle,
};

/** The single colour of a trace. */
export const colorOf = (...colors: unknown[]): string =>
  (colors.find((color) => typeof color === 'string') as string | undefined) ?? FALLBACK;

/** The points of a trace in percent of its panel; null for points that the axes cannot show. */
function pointsOf(trace: Scatter, x: Axis, y: Axis): Point[] {
  const ys = along(trace, 'y');
  return along(trace, 'x').map((value, at) => {
    const point = [x.place(x.number(value)), y.place(y.number(ys[at] ?? null))] as const;
    return point.every(Number.isFinite) ? point : null;
  });
}

/** A line, the area filled under it, and its markers. */
export const ScatterMarks = ({ trace, x, y }: { trace: Scatter; x: Axis; y: Axis }): VNode => {
  const mode = modeOf(trace);
  const points = pointsOf(trace, x, y);
  const thin = thinLine(points);
  const curve = trace.line?.shape === 'hv' ? curveStepAfter : curveLinear;
  const floor = y.place(0);
  const shape = mode.includes('markers') ? shapeOf(trace) : null;
  return (
    <>
      <Stretched>
        {trace.fill === 'tozeroy' && (
          <path
            class="still__fill"
            fill={colorOf(trace.fillcolor, trace.line?.color)}
            fill-opacity={trace.fillcolor ? undefined : 0.2}
            d={
              area<Point>()
                .defined((point) => point !== null)
                .x((point) => point![0])
                .y1((point) => point![1])
                .y0(Number.isFinite(floor) ? floor : 100)
                .curve(curve)
                .digits(DIGITS)([...thin]) ?? ''
            }
          />
        )}
        {mode.includes('lines') && (
          <path
            class="still__line"
            stroke={colorOf(trace.line?.color, trace.marker?.color)}
            stroke-width={trace.line?.width ?? 2}
            stroke-dasharray={dashes[trace.line?.dash ?? '']}
            d={
              line<Point>()
                .defined((point) => point !== null)
                .x((point) => point![0])
                .y((point) => point![1])
                .curve(curve)
                .digits(DIGITS)([...thin]) ?? ''
            }
          />
        )}
        {mode.includes('markers') && !shape && <Markers trace={trace} points={points} />}
      </Stretched>
      {shape && <ShapedMarkers trace={trace} points={points} shape={shape} />}
    </>
  );
};

/** The symbol of markers other than dots and squares. */
export const shapeOf = ({ marker }: Scatter): SymbolType | null =>
  (typeof marker?.symbol === 'string' && shapes[marker.symbol]) || null;

const sizeOf = ({ marker }: Scatter): number => (typeof marker?.size === 'number' ? marker.size : 6);

/** Groups markers by their colour. */
const colored = ({ marker, line: stroke }: Scatter, points: readonly Point[]) => {
  const colors = coordinates(marker?.color);
  const groups = new Map<string, NonNullable<Point>[]>();
  for (const point of thinMarkers(points)) {
    const own = colors.length > 0 ? colors[points.indexOf(point)] : undefined;
    const color = colorOf(own, marker?.color, stroke?.color);
    groups.set(color, [...(groups.get(color) ?? []), point]);
  }
  return [...groups];
};

/** One such marker, centred at 0 0. */
export const Shaped = (props: { shape: SymbolType; size: number; color: string }): VNode => (
  <path fill={props.color} d={symbol(props.shape, props.size ** 2).digits(1)() ?? ''} />
);

type MarkersOf = { trace: Scatter; points: readonly Point[] };

/** Dots and squares are line caps of zero-length lines, which keep their size when the picture is stretched. */
const Markers = ({ trace, points }: MarkersOf): VNode => (
  <g opacity={trace.marker?.opacity as number | undefined}>
    {colored(trace, points).map(([color, some]) => (
      <path
        class="still__markers"
        stroke={color}
        stroke-width={sizeOf(trace)}
        stroke-linecap={trace.marker?.symbol === 'square' ? 'square' : 'round'}
        d={some.map(([x, y]) => `M${short(x)} ${short(y)}h0`).join('')}
      />
    ))}
  </g>
);

const ShapedMarkers = ({ trace, points, shape }: MarkersOf & { shape: SymbolType }): VNode => (
  <g opacity={trace.marker?.opacity as number | undefined}>
    {colored(trace, points).flatMap(([color, some]) =>
      some.map(([x, y]) => (
        <At x={percent(x)} y={percent(y)}>
          <Shaped shape={shape} size={sizeOf(trace)} color={color} />
        </At>
      )),
    )}
  </g>
);

/** Formats a percentage for markup. */
export const short = (value: number): string => String(Number(value.toFixed(DIGITS)));
export const percent = (value: number): string => `${short(value)}%`;
