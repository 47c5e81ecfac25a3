import type { Annotation, Shape } from 'plotly.js-dist-min';
import type { VNode } from 'preact';
import { At } from './at.tsx';
import type { Axis } from './axes.ts';
import { colorOf, dashes, percent } from './scatter.tsx';
import { plainText } from './text.ts';
import type { Coordinate } from './traces.ts';

/** A position in percent of the picture, relative to an axis, or to `paper`, where 0 is left or bottom. */
const placer =
  (axes: ReadonlyMap<string, Axis>, letter: 'x' | 'y') =>
  (value: unknown, ref: unknown): number => {
    const name = typeof ref === 'string' ? ref : letter;
    const axis = axes.get(name.split(' ')[0] ?? letter);
    // Positions in an axis's domain are relative to its panel, as those of paper are to the picture.
    if (name === 'paper' || !axis) return 100 * (letter === 'x' ? Number(value) : 1 - Number(value));
    const inPanel = name.endsWith('domain')
      ? 100 * (letter === 'x' ? Number(value) : 1 - Number(value))
      : axis.place(axis.number(value as Coordinate));
    return axis.start + (inPanel * axis.length) / 100;
  };

/** Lines and rectangles over the picture. @throws Error for a shape that still pictures do not support */
export const ShapeMarks = ({ shape, axes }: { shape: Partial<Shape>; axes: ReadonlyMap<string, Axis> }) => {
  const [x, y] = [placer(axes, 'x'), placer(axes, 'y')];
  const [left, right] = [x(shape.x0, shape.xref), x(shape.x1, shape.xref)];
  const [top, bottom] = [y(shape.y0, shape.yref), y(shape.y1, shape.yref)];
  const stroke = {
    stroke: colorOf(shape.line?.color),
    'stroke-width': shape.line?.width ?? 2,
    'stroke-dasharray': dashes[shape.line?.dash ?? ''],
  };
  if (shape.type === 'line')
    return <line x1={percent(left)} x2={percent(right)} y1={percent(top)} y2={percent(bottom)} {...stroke} />;
  if (shape.type !== 'rect')
    throw new Error(`still: expected a shape of line or rect, got ${shape.type}; teach components/still it`);
  return (
    <rect
      x={percent(Math.min(left, right))}
      y={percent(Math.min(top, bottom))}
      width={percent(Math.abs(right - left))}
      height={percent(Math.abs(bottom - top))}
      fill={shape.fillcolor ? colorOf(shape.fillcolor) : 'none'}
      opacity={shape.opacity}
      {...(shape.line?.width === 0 ? {} : stroke)}
    />
  );
};

const anchors = { left: 'start', center: 'middle', right: 'end', auto: 'middle' } as const;
const drops = { top: '1em', middle: '0.35em', bottom: '-0.3em', auto: '0.35em' } as const;

/** A text at a position in the picture. */
export const AnnotationText = (props: {
  annotation: Partial<Annotation>;
  axes: ReadonlyMap<string, Axis>;
}): VNode => {
  const { annotation, axes } = props;
  const { x, xref, y, yref, xanchor = 'auto', yanchor = 'auto', showarrow = true } = annotation;
  // An arrow points down to its position from a text above it, as in Plotly by default.
  const [ax, ay] = showarrow ? [Number(annotation.ax ?? -10), Number(annotation.ay ?? -30)] : [0, 0];
  return (
    <At x={percent(placer(axes, 'x')(x, xref))} y={percent(placer(axes, 'y')(y, yref))}>
      {showarrow && <line class="still__arrow" x1={ax} y1={ay} x2="0" y2="0" />}
      <text
        x={ax + (annotation.xshift ?? 0)}
        y={ay - (annotation.yshift ?? 0)}
        dy={drops[yanchor]}
        text-anchor={anchors[xanchor]}
        font-size={annotation.font?.size as number | undefined}
      >
        {plainText(annotation.text)}
      </text>
    </At>
  );
};
