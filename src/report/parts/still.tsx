import type { VNode } from 'preact';
import { margin, type PlotSpec } from './figureSpec.ts';
import { Stretched } from './still/at.tsx';
import { type Axis, axesOf, xName, yName } from './still/axes.ts';
import { AxisTexts, GridLines } from './still/axis.tsx';
import { BarMarks, barPlaces } from './still/bars.tsx';
import { ColorBar, HeatmapCells } from './still/heatmap.tsx';
import { Legend } from './still/legend.tsx';
import { percent, ScatterMarks } from './still/scatter.tsx';
import { AnnotationText, ShapeMarks } from './still/shapes.tsx';
import { plainText } from './still/text.ts';
import { type StillTrace, stillTrace } from './still/traces.ts';

/** Room for a colour bar and its labels. */
const COLOR_BAR = 64;

/**
 * A plot as a still picture, made with the page: shown without scripts, and until Plotly has drawn. Texts keep their
 * size and marks stretch with the box, so one SVG fits every width: positions are in percent of the picture's area,
 * marks in a panel of 100 x 100 that stretches, with lines that do not.
 */
export const Still = ({ spec }: { spec: PlotSpec }): VNode => {
  const { layout } = spec;
  const traces = spec.data.map(stillTrace).filter((trace) => trace.visible !== false);
  const axes = axesOf(spec, traces);
  const bar = traces.find((trace) => trace.type === 'heatmap' && trace.showscale !== false);
  const room = { ...margin, ...layout.margin };
  const sides = room.l + room.r + (bar ? COLOR_BAR : 0);
  const ends = room.t + room.b;
  const isSquare = layout.yaxis?.scaleanchor !== undefined;
  const [width, height] = isSquare
    ? Array(2).fill(`min(100cqw - ${sides}px, 100cqh - ${ends}px)`)
    : [`calc(100% - ${sides}px)`, `calc(100% - ${ends}px)`];
  const pairs = [...axes.values()].map((axis) => ({ axis, across: acrossOf(axis, axes, traces) }));
  const shapes = layout.shapes ?? [];
  const below = shapes.filter(({ layer }) => layer === 'below');
  const above = shapes.filter(({ layer }) => layer !== 'below');
  return (
    <div class="still">
      <svg aria-hidden="true" style={{ left: `${room.l}px`, top: `${room.t}px`, width, height }}>
        {pairs.map(({ axis, across }) =>
          // A shared axis has its grid lines in each of its panels.
          (axis.letter === 'x' ? panelsOf(axis, axes, traces) : [across]).map((panel) => (
            <GridLines axis={axis} across={panel} />
          )),
        )}
        {below.map((shape) => (
          <ShapeMarks shape={shape} axes={axes} />
        ))}
        <Panels traces={traces} axes={axes} spec={spec} />
        {above.map((shape) => (
          <ShapeMarks shape={shape} axes={axes} />
        ))}
        {pairs.map((pair) => (
          <AxisTexts {...pair} room={room.l} />
        ))}
        {layout.annotations?.map((annotation) => (
          <AnnotationText annotation={annotation} axes={axes} />
        ))}
        {bar?.type === 'heatmap' && <ColorBar trace={bar} />}
        <text class="still__heading" x={-room.l} y={5 - room.t / 2}>
          {plainText(layout.title)}
        </text>
      </svg>
      <Legend traces={traces} spec={spec} />
    </div>
  );
};

/** The y axes paired with an x axis. */
const panelsOf = (axis: Axis, axes: ReadonlyMap<string, Axis>, traces: readonly StillTrace[]): Axis[] => {
  const used = traces.filter((trace) => axes.get(xName(trace)) === axis).map(yName);
  return [...new Set(used.length > 0 ? used : ['y'])].map((name) => axes.get(name)!);
};

/** The perpendicular axis of an axis's panel. */
const acrossOf = (axis: Axis, axes: ReadonlyMap<string, Axis>, traces: readonly StillTrace[]): Axis => {
  const name = [...axes].find(([, value]) => value === axis)?.[0];
  const trace = traces.find((trace) => [xName(trace), yName(trace)].includes(name ?? ''));
  const other = axis.letter === 'x' ? (trace && yName(trace)) || 'y' : (trace && xName(trace)) || 'x';
  // An x axis shared by several panels stands under the lowest.
  if (axis.letter === 'x' && axis.layout.anchor) return axes.get(axis.layout.anchor) ?? axes.get(other)!;
  return axes.get(other)!;
};

/** The marks of every trace in its panel, in the order of the traces. */
const Panels = (props: {
  traces: readonly StillTrace[];
  axes: ReadonlyMap<string, Axis>;
  spec: PlotSpec;
}): VNode => {
  const { traces, axes, spec } = props;
  const places = barPlaces(
    traces.filter((trace) => trace.type === 'bar'),
    spec,
  );
  return (
    <>
      {traces.map((trace) => {
        const [x, y] = [axes.get(xName(trace))!, axes.get(yName(trace))!];
        const place = places.find((bar) => bar.trace === trace);
        return (
          <svg
            aria-hidden="true"
            class="still__panel"
            x={percent(x.start)}
            y={percent(y.start)}
            width={percent(x.length)}
            height={percent(y.length)}
          >
            {trace.type === 'scatter' && <ScatterMarks trace={trace} x={x} y={y} />}
            {place && (
              <Stretched>
                <BarMarks {...place} x={x} y={y} gap={spec.layout.bargap ?? 0.2} />
              </Stretched>
            )}
            {trace.type === 'heatmap' && (
              <Stretched>
                <HeatmapCells trace={trace} x={x} y={y} />
              </Stretched>
            )}
          </svg>
        );
      })}
    </>
  );
};
