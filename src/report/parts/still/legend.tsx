import type { VNode } from 'preact';
import type { PlotSpec } from '../figureSpec.ts';
import { colorOf, dashes, Shaped, shapeOf } from './scatter.tsx';
import { plainText } from './text.ts';
import { type Bar, modeOf, type Scatter, type StillTrace } from './traces.ts';

const isNamed = (trace: StillTrace): trace is Scatter | Bar =>
  trace.type !== 'heatmap' && trace.showlegend !== false && trace.visible !== false && !!trace.name;

const Mark = ({ trace }: { trace: Scatter }): VNode => {
  const shape = shapeOf(trace);
  const color = colorOf(trace.marker?.color, trace.line?.color);
  return shape ? (
    <g transform="translate(12 5)">
      <Shaped shape={shape} size={6} color={color} />
    </g>
  ) : (
    <path
      class="still__markers"
      d="M12 5h0"
      stroke={color}
      stroke-width={6}
      stroke-linecap={trace.marker?.symbol === 'square' ? 'square' : 'round'}
    />
  );
};

const Key = ({ trace }: { trace: Scatter | Bar }): VNode => {
  if (trace.type === 'bar') return <rect width="12" height="10" x="6" fill={colorOf(trace.marker?.color)} />;
  const color = colorOf(trace.line?.color, trace.marker?.color);
  const mode = modeOf(trace);
  return (
    <>
      {mode.includes('lines') && (
        <path
          class="still__line"
          d="M0 5h24"
          stroke={color}
          stroke-width={2}
          stroke-dasharray={dashes[trace.line?.dash ?? '']}
        />
      )}
      {mode.includes('markers') && trace.marker?.size !== 1 && <Mark trace={trace} />}
    </>
  );
};

/** The names of the traces, if there are several: below the picture, or in its corner. */
export const Legend = ({ traces, spec }: { traces: readonly StillTrace[]; spec: PlotSpec }): VNode | null => {
  const { layout } = spec;
  const named = traces.filter(isNamed);
  const isWanted = layout.showlegend ?? traces.filter((trace) => trace.showlegend !== false).length > 1;
  if (!isWanted || named.length === 0) return null;
  const below = layout.legend?.orientation === 'h';
  return (
    <ul class={below ? 'still__legend' : 'still__legend still__legend--corner'}>
      {named.map((trace) => (
        <li>
          <svg aria-hidden="true" width="24" height="10">
            <Key trace={trace} />
          </svg>
          {plainText(trace.name)}
        </li>
      ))}
    </ul>
  );
};
