import { IMAGE_PIXELS, IMAGE_SIDE } from './images.ts';
import type { Glyph, Stroke } from './syntheticGlyphs.ts';

/** The style of one handwritten digit; lengths in pixels. */
export interface Hand {
  /** Width over height. */
  readonly width: number;
  /** Sideways shift of the top relative to the bottom, divided by the height. */
  readonly slant: number;
  /** Drop of the right side relative to the left, divided by the width. */
  readonly tilt: number;
  readonly thickness: number;
  /** Width of the grey rim of a stroke. */
  readonly blur: number;
  /** The grey inside a stroke; above 1 it is clipped to white, and the rim brightens. */
  readonly ink: number;
  /** Shift of the whole digit. */
  readonly shift: readonly [x: number, y: number];
  /** Draws a random offset for a point's coordinate, in the units of the glyph. */
  readonly jitter: () => number;
}

type Point = [x: number, y: number];

/** Number of straight pieces between two points of a curve. */
const PIECES = 6;

/**
 * Draws a glyph into 256 pixels (row-major 16x16, 0..255), which must be 0. The strokes fill the height of the image,
 * as USPS digits do. Only +, -, *, / and sqrt are used, which IEEE 754 rounds the same on every machine.
 */
export function draw(glyph: Glyph, hand: Hand, pixels: Uint8Array): void {
  const nearest = new Float64Array(IMAGE_PIXELS).fill(Number.POSITIVE_INFINITY);
  const strokes = glyph.strokes.map((stroke) => flattened(stroke, hand));
  fitIn(strokes, hand);
  const reach = (hand.thickness + hand.blur) / 2;
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) mark(nearest, stroke[i - 1]!, stroke[i]!, reach);
  }
  for (let i = 0; i < IMAGE_PIXELS; i++) {
    const depth = (reach - Math.sqrt(nearest[i]!)) / hand.blur; // 0 at the outer rim, 1 at the inner
    const edge = Math.min(1, Math.max(0, depth));
    pixels[i] = Math.round(255 * Math.min(1, hand.ink * edge * edge * (3 - 2 * edge)));
  }
}

/** The stroke as straight pieces, with jittered, slanted and tilted points. */
function flattened(stroke: Stroke, hand: Hand): Point[] {
  const points = stroke.path.map(([x, y]): Point => {
    const jittered: Point = [(x - 0.5) * hand.width + hand.jitter(), y - 0.5 + hand.jitter()];
    return [jittered[0] - hand.slant * jittered[1], jittered[1] + hand.tilt * jittered[0]];
  });
  return stroke.shape === 'curve' ? smoothed(points) : points;
}

/** A Catmull-Rom spline through the points. */
function smoothed(points: readonly Point[]): Point[] {
  const curve: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const before = points[Math.max(0, i - 1)]!;
    const from = points[i]!;
    const to = points[i + 1]!;
    const after = points[Math.min(points.length - 1, i + 2)]!;
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const at = (axis: 0 | 1): number =>
        from[axis] +
        0.5 *
          t *
          (to[axis] -
            before[axis] +
            t *
              (2 * before[axis] -
                5 * from[axis] +
                4 * to[axis] -
                after[axis] +
                t * (3 * (from[axis] - to[axis]) + after[axis] - before[axis])));
      curve.push([at(0), at(1)]);
    }
  }
  return curve;
}

/** Scales and moves the strokes in place: full height, centred, and narrowed if they would leave the image. */
function fitIn(strokes: readonly Point[][], hand: Hand): void {
  const points = strokes.flat();
  const room = IMAGE_SIDE - hand.thickness;
  const [left, right] = extent(points, 0);
  const [top, bottom] = extent(points, 1);
  const scaleY = room / (bottom - top);
  const scaleX = Math.min(scaleY, room / Math.max(right - left, 1e-9));
  for (const point of points) {
    point[0] = (point[0] - (left + right) / 2) * scaleX + IMAGE_SIDE / 2 + hand.shift[0];
    point[1] = (point[1] - (top + bottom) / 2) * scaleY + IMAGE_SIDE / 2 + hand.shift[1];
  }
}

function extent(points: readonly Point[], axis: 0 | 1): [least: number, greatest: number] {
  const values = points.map((point) => point[axis]);
  return [Math.min(...values), Math.max(...values)];
}

/** Lowers the squared distances of the pixel centres within reach of the segment from..to. */
function mark(nearest: Float64Array, from: Point, to: Point, reach: number): void {
  const [x0, y0] = from;
  const dx = to[0] - x0;
  const dy = to[1] - y0;
  const squaredLength = Math.max(dx * dx + dy * dy, 1e-12);
  const [firstRow, lastRow] = pixelsWithin(y0, to[1], reach);
  const [firstColumn, lastColumn] = pixelsWithin(x0, to[0], reach);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const px = column + 0.5 - x0;
      const py = row + 0.5 - y0;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / squaredLength));
      const ex = px - along * dx;
      const ey = py - along * dy;
      const index = row * IMAGE_SIDE + column;
      nearest[index] = Math.min(nearest[index]!, ex * ex + ey * ey);
    }
  }
}

function pixelsWithin(a: number, b: number, reach: number): [first: number, last: number] {
  const first = Math.floor(Math.min(a, b) - reach - 0.5);
  const last = Math.ceil(Math.max(a, b) + reach - 0.5);
  return [Math.max(0, first), Math.min(IMAGE_SIDE - 1, last)];
}
