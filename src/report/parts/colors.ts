import { diverging } from '../sections/kernel/figure.ts';

/** Greys as ink on paper, signed values with zero in the middle, or magnitudes from zero up. */
export type ScaleName = 'ink' | 'signed' | 'size';

/** A map of the network, row-major: images are in float32, everything else in float64. */
export type Values = Float64Array | Float32Array;

/** A scale and the values at its two ends. */
export interface Scale {
  readonly name: ScaleName;
  readonly low: number;
  readonly high: number;
}

type Stops = readonly (readonly [number, string])[];

/** matplotlib's viridis at Plotly's stops, so that it matches the figures on the same page. */
export const viridis: Stops = [
  '#440154',
  '#48186a',
  '#472d7b',
  '#424086',
  '#3b528b',
  '#33638d',
  '#2c728e',
  '#26828e',
  '#21918c',
  '#1fa088',
  '#28ae80',
  '#3fbc73',
  '#5ec962',
  '#84d44b',
  '#addc30',
  '#d8e219',
  '#fde725',
].map((color, at) => [at / 16, color]);

const stops = {
  ink: [
    [0, '#ffffff'],
    [1, '#000000'],
  ],
  signed: diverging,
  size: viridis,
} satisfies Record<ScaleName, Stops>;

/** A scale that covers the values: symmetric around zero if they are signed. */
export function scaleOf(name: ScaleName, values: Values): Scale {
  if (name === 'ink') return { name, low: 0, high: 1 };
  const most = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { name, low: name === 'signed' ? -most : 0, high: most };
}

const channels = (color: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const blend = (name: ScaleName, share: number): string => {
  const table: Stops = stops[name];
  const above = Math.max(
    1,
    table.findIndex(([at]) => at >= share),
  );
  const [low, from] = table[above - 1]!;
  const [high, to] = table[above]!;
  const [a, b] = [channels(from), channels(to)];
  const mixed = a.map((value, at) => Math.round(value + ((share - low) / (high - low)) * (b[at]! - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
};

/** Position of a value on its scale, 0 to 1; if the scale has no width, the middle or the start. */
const shareOf = ({ name, low, high }: Scale, value: number): number => {
  if (high === low) return name === 'signed' ? 0.5 : 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
};

/** The colour of a value, one of `steps` + 1 of the scale. An even number of steps keeps zero in the middle exact. */
export const colorAt = (scale: Scale, value: number, steps = 64): string =>
  blend(scale.name, Math.round(shareOf(scale, value) * steps) / steps);

/** Black or white, whichever has more contrast to a colour: at least 4.5 to 1 on any. */
export const inkOn = (color: string): '#000' | '#fff' => {
  const [r, g, b] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  // The luminance at which both contrasts are the same: (1.05 / (y + 0.05)) = ((y + 0.05) / 0.05).
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.179 ? '#000' : '#fff';
};

/** A map as few shapes: one path for each colour; a cell is one by one unit, and runs in a row are joined. */
export interface Shapes {
  /** The most frequent colour. */
  readonly ground: string;
  readonly paths: readonly { readonly color: string; readonly path: string }[];
}

export function shapesOf(values: Values, side: number, scale: Scale, steps = 64): Shapes {
  const colors = Array.from(values, (value) => colorAt(scale, value, steps));
  const cells = new Map<string, number>();
  for (const color of colors) cells.set(color, (cells.get(color) ?? 0) + 1);
  const ground = [...cells].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  const paths = new Map<string, string>();
  for (let at = 0; at < colors.length; ) {
    const [color, row, column] = [colors[at]!, Math.floor(at / side), at % side];
    let width = 1;
    while (column + width < side && colors[at + width] === color) width += 1;
    if (color !== ground)
      paths.set(color, `${paths.get(color) ?? ''}M${column} ${row}h${width}v1h-${width}z`);
    at += width;
  }
  return { ground, paths: [...paths].map(([color, path]) => ({ color, path })) };
}
