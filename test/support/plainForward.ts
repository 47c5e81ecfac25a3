import type { ImagesResult, TrainResult } from '../../src/results/train.ts';

const SIDE = 16;

type Network = { kernel: readonly (readonly number[])[]; weight: readonly number[]; bias: number };
type Forward = { convOut: number[]; contributions: number[]; logit: number; prediction: number };

/** The greys 0..255 of one image as float32 shares of 1: [256]. */
export const pixelsOf = ({ pixels }: ImagesResult, sample: number): number[] =>
  Array.from(Buffer.from(pixels, 'base64').subarray(sample * SIDE ** 2, (sample + 1) * SIDE ** 2), (grey) =>
    Math.fround(grey / 255),
  );

/**
 * The notebook's forward pass, written apart from the program's own, to have expected values from: [256] pixels to
 * convOut and contributions, both [144] for a 5x5 kernel.
 */
export function plainForward({ kernel, weight, bias }: Network, pixels: readonly number[]): Forward {
  const places = SIDE - kernel.length + 1;
  const convOut: number[] = [];
  for (let top = 0; top < places; top++)
    for (let left = 0; left < places; left++) {
      let sum = 0;
      for (const [row, taps] of kernel.entries())
        for (const [column, tap] of taps.entries()) sum += tap * pixels[SIDE * (top + row) + left + column]!;
      convOut.push(sum);
    }
  const contributions = convOut.map((value, at) => (value > 0 ? value * weight[at]! : 0));
  const logit = contributions.reduce((sum, each) => sum + each, bias);
  return { convOut, contributions, logit, prediction: 1 / (1 + Math.exp(-logit)) };
}

/** The forward passes of all images of one set through the trained network, with their labels. */
export const plainForwards = (
  { parameters }: TrainResult,
  images: ImagesResult,
): (Forward & { label: number })[] =>
  images.labels.map((label, sample) => ({ ...plainForward(parameters, pixelsOf(images, sample)), label }));
