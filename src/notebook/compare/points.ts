import { unequalEntries, uniformNumbers } from '../../numerics/random.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../data/images.ts';
import { wrongOutput } from '../model/mistakes.ts';
import { outputSide, type Parameters } from '../model/parameters.ts';
import type { NetworkSample } from './networkSpec.ts';

/** A point at which the network is checked. */
export interface NetworkPoint {
  readonly sample: NetworkSample;
  readonly parameters: Parameters;
}

const KERNEL_SIDE = 5;
const MAP_SIDE = outputSide(KERNEL_SIDE);
/** Index of the kernel's middle tap, which is a power of two, so that dividing by it is exact. */
const CENTRE = 2 * KERNEL_SIDE + 2;
/** A place of the map that is active at every point, so that the gradient of its weight is not 0. */
export const ACTIVE_PLACE = wrongOutput(KERNEL_SIDE);
/** Corners of nine windows that share no pixel. */
const APART = [0, 5, 10].flatMap((row) => [0, 5, 10].map((column) => [row, column] as const));

/**
 * An image and parameters that use every part of the network: at least a fifth of the pre-activations have each sign,
 * and the logit is not saturated. Pixels are sixteenths and kernel elements 64ths, so that double precision computes
 * the pre-activations without rounding.
 * @param kinks pre-activations to set, one window each; 0 is exactly a kink
 */
export function networkPoint(seed: number, kinks: readonly number[] = []): NetworkPoint {
  const random = uniformNumbers(seed * 7681 + 5);
  const below = (limit: number) => Math.floor(random() * limit);
  for (;;) {
    const kernel = Float64Array.from({ length: KERNEL_SIDE ** 2 }, () => (below(65) - 32) / 64);
    kernel[CENTRE] = 0.25;
    const pixels = Float64Array.from({ length: IMAGE_PIXELS }, () => below(17) / 16);
    for (const [i, value] of kinks.entries()) placeAt(kernel, pixels, APART[i]!, value);
    const weight = unequalEntries(MAP_SIDE ** 2, random).map((w) => w / 32);
    const [bias] = unequalEntries(1, random) as unknown as [number];
    if (!mixed(kernel, pixels)) continue;
    return { sample: { pixels, label: seed % 2 }, parameters: { kernel, weight, bias: bias / 8 } };
  }
}

/**
 * The same point with its bias moved so that the network is confident and wrong: logit -16 for label 1, 16 for label 0.
 */
export function saturatedPoint(seed: number): NetworkPoint {
  const { sample, parameters } = networkPoint(seed);
  const logit = preActivations(parameters.kernel, sample.pixels).reduce(
    (sum, z, i) => sum + Math.max(z, 0) * parameters.weight[i]!,
    0,
  );
  const wanted = sample.label === 1 ? -16 : 16;
  return { sample, parameters: { ...parameters, bias: wanted - logit } };
}

/** Sets the pixel in the middle of a window so that its pre-activation is the given number. */
function placeAt(
  kernel: Float64Array,
  pixels: Float64Array,
  [row, column]: readonly [number, number],
  value: number,
): void {
  const middle = (row + 2) * IMAGE_SIDE + column + 2;
  pixels[middle] = 0;
  pixels[middle] = (value - windowSum(kernel, pixels, row, column)) / kernel[CENTRE]!;
}

function windowSum(kernel: Float64Array, pixels: ArrayLike<number>, row: number, column: number): number {
  return kernel.reduce((sum, k, flat) => {
    const offset = Math.floor(flat / KERNEL_SIDE) * IMAGE_SIDE + (flat % KERNEL_SIDE);
    return sum + k * pixels[row * IMAGE_SIDE + column + offset]!;
  }, 0);
}

const preActivations = (kernel: Float64Array, pixels: ArrayLike<number>): number[] =>
  Array.from({ length: MAP_SIDE ** 2 }, (_, flat) =>
    windowSum(kernel, pixels, Math.floor(flat / MAP_SIDE), flat % MAP_SIDE),
  );

/** Whether at least a fifth of the places lie on each side of the kink, and ACTIVE_PLACE above it. */
function mixed(kernel: Float64Array, pixels: ArrayLike<number>): boolean {
  const convOut = preActivations(kernel, pixels);
  const active = convOut.filter((z) => z > 0).length / MAP_SIDE ** 2;
  return convOut[ACTIVE_PLACE]! > 0 && active > 0.2 && active < 0.8;
}
