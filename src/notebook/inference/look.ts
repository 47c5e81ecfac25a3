import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../data/images.ts';
import { referenceBuffers, referenceForward } from '../engines/reference.ts';
import { outputSide, type Parameters, sideOf } from '../model/parameters.ts';

/** The values of one image's forward pass, in float64; maps are [side * side], row-major. */
export interface Look {
  readonly side: number;
  /** Before the ReLU. */
  readonly convOut: Float64Array;
  readonly reluOut: Float64Array;
  /** reluOut * weight: with the bias they add up to the logit. */
  readonly contributions: Float64Array;
  readonly logit: number;
  /** Probability of the positive digit. */
  readonly prediction: number;
}

/** Runs the network on one image, [256]: the page's inference, in Node and in the browser. */
export function look(parameters: Parameters, pixels: Float32Array): Look {
  const kernelSize = sideOf(parameters.kernel);
  const { activations } = referenceBuffers(kernelSize);
  referenceForward(parameters, pixels, 0, activations);
  const { convOut, flatOut, logit, prediction } = activations;
  return {
    side: outputSide(kernelSize),
    convOut,
    reluOut: flatOut,
    contributions: flatOut.map((open, at) => open * parameters.weight[at]!),
    logit,
    prediction,
  };
}

/** Contributions of one sign: their sum, and the number of places they come from. */
export interface Share {
  readonly sum: number;
  readonly places: number;
}

/** The contributions towards the positive digit and those towards the negative one. */
export function shares(contributions: Float64Array): { positive: Share; negative: Share } {
  const of = (some: Float64Array): Share => ({
    sum: some.reduce((sum, value) => sum + value, 0),
    places: some.length,
  });
  return {
    positive: of(contributions.filter((value) => value > 0)),
    negative: of(contributions.filter((value) => value < 0)),
  };
}

/** The place of the largest contribution of either sign; the middle if there is none. */
export function strongest(contributions: Float64Array): number {
  const most = contributions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return most > 0
    ? contributions.findIndex((value) => Math.abs(value) === most)
    : Math.floor((contributions.length + sideOf(contributions)) / 2);
}

/** The window of the image, [k * k], under the kernel at a place of the feature map. */
export function patchAt(pixels: Float32Array, row: number, column: number, kernelSize: number): Float64Array {
  return Float64Array.from({ length: kernelSize ** 2 }, (_, tap) => {
    const y = row + Math.floor(tap / kernelSize);
    const x = column + (tap % kernelSize);
    return pixels[y * IMAGE_SIDE + x]!;
  });
}

/** The pixels of one sample. */
export const pixelsAt = ({ pixels }: Samples, sample: number): Float32Array =>
  pixels.subarray(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS);

/** Where in the feature map the contributions of all samples come from. */
export interface Concentration {
  /** The smallest number of places that give half of the contributions, by magnitude; 0 if there are none at all. */
  readonly half: number;
  readonly places: number;
  /** Samples to which no place contributes anything. */
  readonly silent: number;
}

/** Computes it over all samples; the list may be empty. */
export function concentration(parameters: Parameters, samples: Samples): Concentration {
  const sizes = new Float64Array(parameters.weight.length);
  let silent = 0;
  for (let sample = 0; sample < samples.count; sample++) {
    const { contributions } = look(parameters, pixelsAt(samples, sample));
    if (contributions.every((value) => value === 0)) silent += 1;
    for (let at = 0; at < sizes.length; at++) sizes[at] = sizes[at]! + Math.abs(contributions[at]!);
  }
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  let rest = whole / 2;
  let half = 0;
  for (const size of sizes.sort().reverse()) {
    if (rest <= 0) break;
    rest -= size;
    half += 1;
  }
  return { half, places: sizes.length, silent };
}
