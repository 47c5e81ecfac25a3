import type { Workspace } from './backend.ts';

/** Depth, height and width; in two dimensions the depth is 1. */
export type Sides = readonly [depth: number, height: number, width: number];

/**
 * Images [batch, depth, height, width, channels], and the padding in front of, above and left of them. It is negative
 * where TensorFlow.js skips the first pixels: conv3d with the padding `same` and strides longer than its filter.
 */
export interface Images {
  readonly batch: number;
  readonly input: Sides;
  readonly channels: number;
  readonly padding: readonly [front: number, top: number, left: number];
}

/**
 * Images with their padding, as large as `sides`, with every channel repeated `times` times, and zeros up to
 * `channels`. Returns the images themselves if nothing changes, even if they have more pixels than `sides`.
 */
export function padded(
  x: number,
  images: Images,
  sides: Sides,
  times: number,
  channels: number,
  { kernels, scratch }: Workspace,
): { address: number; sides: Sides } {
  const { batch, input, padding } = images;
  const inside = padding.every((pad) => pad === 0) && sides.every((side, axis) => side <= input[axis]!);
  if (inside && times === 1 && channels === images.channels) return { address: x, sides: input };
  const [depth, height, width] = sides;
  const [front, top, left] = padding;
  const address = scratch(batch * depth * height * width * channels);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < depth; d++) {
      const plane = d - front;
      const rows = plane >= 0 && plane < input[0] ? input[1] : 0;
      const from = x + 4 * (n * input[0] + Math.max(0, plane)) * input[1] * input[2] * images.channels;
      const to = address + 4 * (n * depth + d) * height * width * channels;
      kernels.spread(from, 1, rows, input[2], images.channels, times, to, top, left, height, width, channels);
    }
  }
  return { address, sides };
}

/** Pixels with zeros added up to `wanted` channels; the pixels themselves if nothing changes. */
export function widened(
  address: number,
  pixels: number,
  channels: number,
  wanted: number,
  { kernels, scratch }: Workspace,
): number {
  if (channels === wanted) return address;
  const out = scratch(pixels * wanted);
  kernels.spread(address, 1, 1, pixels, channels, 1, out, 0, 0, 1, pixels, wanted);
  return out;
}

/** The next multiple of four, the number of channels that SIMD takes at a time. */
export const fours = (channels: number): number => Math.ceil(channels / 4) * 4;
