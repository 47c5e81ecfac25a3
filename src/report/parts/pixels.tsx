import type { VNode } from 'preact';
import { sideOf } from '../../notebook/model/parameters.ts';
import { type Scale, shapesOf, type Values } from './colors.ts';

/** A square frame on a map, in cells. */
export interface Mark {
  readonly row: number;
  readonly column: number;
  readonly size: number;
}

/** A small square map as an SVG: sharp at every size, and shown without scripts and on paper. */
export const Pixels = (props: {
  label: string;
  values: Values;
  scale: Scale;
  id?: string;
  /** Number of colours of the scale, minus one. */
  steps?: number;
  mark?: Mark | undefined;
}): VNode => {
  const { label, values, scale, id, steps, mark } = props;
  const side = sideOf(values);
  const { ground, paths } = shapesOf(values, side, scale, steps);
  return (
    <svg class="pixels" id={id} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <g shape-rendering="crispEdges">
        <rect width={side} height={side} fill={ground} />
        {paths.map(({ color, path }) => (
          <path fill={color} d={path} />
        ))}
      </g>
      {mark && <Frame {...mark} />}
    </svg>
  );
};

/** White inside black, so that it shows on every colour. */
const Frame = ({ row, column, size }: Mark): VNode => (
  <g fill="none" class="pixels__mark">
    {Object.entries({ '#000': 4.5, '#fff': 2 }).map(([color, width]) => (
      <rect
        x={column}
        y={row}
        width={size}
        height={size}
        stroke={color}
        stroke-width={width}
        vector-effect="non-scaling-stroke"
      />
    ))}
  </g>
);

/** The cell of a square map under the pointer. */
export const cellAt = (event: PointerEvent, at: Element, side: number): { row: number; column: number } => {
  const { x, y } = pointAt(event, at, side);
  const inside = (cell: number): number => Math.min(side - 1, Math.max(0, Math.floor(cell)));
  return { row: inside(y), column: inside(x) };
};

/** The pointer's position on a square map, in cells from its upper left corner. */
export const pointAt = (
  { clientX, clientY }: PointerEvent,
  at: Element,
  side: number,
): { x: number; y: number } => {
  const { left, top, width, height } = at.getBoundingClientRect();
  return { x: ((clientX - left) / width) * side, y: ((clientY - top) / height) * side };
};
