import type { VNode } from 'preact';
import { At } from './at.tsx';
import type { Axis } from './axes.ts';
import { percent } from './scatter.tsx';
import { plainText } from './text.ts';

/** The grid lines behind the marks, at the ticks of an axis. */
export const GridLines = ({ axis, across }: { axis: Axis; across: Axis }): VNode | null => {
  if (axis.layout.showgrid === false || axis.layout.visible === false) return null;
  const [from, to] = [percent(across.start), percent(across.start + across.length)];
  return (
    <g class="still__grid">
      {axis.ticks.map(({ at }) => {
        const place = percent(axis.start + (at * axis.length) / 100);
        return axis.letter === 'x' ? (
          <line x1={place} x2={place} y1={from} y2={to} />
        ) : (
          <line y1={place} y2={place} x1={from} x2={to} />
        );
      })}
    </g>
  );
};

/** Tick labels and title of an axis. @param room pixels from the picture's left edge to its area */
export const AxisTexts = (props: { axis: Axis; across: Axis; room: number }): VNode | null => {
  const { axis, across, room } = props;
  const { layout, letter, start, length, ticks } = axis;
  if (layout.visible === false) return null;
  const middle = percent(start + length / 2);
  const title = plainText(layout.title);
  const foot = percent(across.start + across.length);
  return (
    <>
      {layout.showticklabels !== false && (
        <g
          class="still__ticks"
          text-anchor={letter === 'x' ? 'middle' : 'end'}
          transform={letter === 'x' ? 'translate(0 17)' : 'translate(-6 4)'}
        >
          {ticks.map(({ at, label, exponent }) => {
            const place = percent(start + (at * length) / 100);
            return (
              <text x={letter === 'x' ? place : '0'} y={letter === 'x' ? foot : place}>
                {label}
                {exponent !== undefined && (
                  <tspan dy="-0.4em" font-size="0.75em">
                    {String(exponent).replace('-', '−')}
                  </tspan>
                )}
              </text>
            );
          })}
        </g>
      )}
      {title && letter === 'x' && (
        <text class="still__title" x={middle} y={foot} dy="38" text-anchor="middle">
          {title}
        </text>
      )}
      {title && letter === 'y' && (
        <At x="0" y={middle}>
          <text class="still__title" text-anchor="middle" transform={`translate(${16 - room}) rotate(-90)`}>
            {title}
          </text>
        </At>
      )}
    </>
  );
};
