import { IMAGE_PIXELS, IMAGE_SIDE } from '../../../notebook/data/images.ts';

/** A point of the image: pixel (row, column) extends from there to the next integers; its middle is at a half. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Strokes of USPS digits are about two full pixels wide, with one pixel of falling grey on either side. */
const FULL = 0.8;
const EDGE = 1.8;

/** Ink at a distance from the middle of the stroke. */
const ink = (distance: number): number => Math.min(1, Math.max(0, (EDGE - distance) / (EDGE - FULL)));

const distanceToSegment = ({ x, y }: Point, from: Point, to: Point): number => {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  // Of a dot both ends are one point, and dx and dy are 0.
  const along = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (length || 1)));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
};

/** A square without ink. */
export const blank = (): Float32Array => new Float32Array(IMAGE_PIXELS);

/**
 * The image, [256], after a stroke from one point to the other with a soft brush, or with a wider eraser, so that
 * retracing a stroke removes all of it. Ink stays one of the 256 greys that an image file can hold.
 */
export function stroke(pixels: Float32Array, from: Point, to: Point, erase = false): Float32Array {
  return pixels.map((before, at) => {
    const middle = { x: (at % IMAGE_SIDE) + 0.5, y: Math.floor(at / IMAGE_SIDE) + 0.5 };
    const distance = distanceToSegment(middle, from, to);
    if (!erase) return Math.max(before, Math.round(255 * ink(distance)) / 255);
    return Math.min(before, (255 - Math.round(255 * ink(distance - (EDGE - FULL)))) / 255);
  });
}
