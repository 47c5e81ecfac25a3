import { accumulatedRounding, type Precision, unitInLastPlace } from '../../numerics/ieee.ts';
import { correlate, imageBuffer, loadImage, Windows } from '../engines/correlate.ts';
import type { ReferenceActivations } from '../engines/reference.ts';
import { outputSide, type Parameters, sideOf } from '../model/parameters.ts';

/**
 * Rounding error of a probability near 1, and so of `prediction - label`: exp, sum and quotient together stay within
 * one unit in the last place of 1.
 */
export const predictionRounding = (precision: Precision): number => unitInLastPlace(1, precision);

/**
 * Bounds how far a gradient computed in a given precision may lie from the exact one, element by element: a running
 * error analysis of the notebook's arithmetic (Higham 2002, chapter 3) with no tuned constants.
 *
 *   dLogit   one rounding of the prediction, and sigmoid' times the error of the logit
 *   dBias    as dLogit
 *   dWeight  flatOut * (error of dLogit) + |dLogit| * (error of flatOut)
 *   dRelu    |weight| * (error of dLogit + a rounding); all of it where the ReLU may be on either side
 *   dKernel  |slope| * (error of dLogit) + |dLogit| * (rounding of the sum + ReLUs that may be on either side)
 *
 * `slope` is the gradient of the logit with respect to the kernel, the sum of image * weight over open ReLUs:
 * |gradient| / |dLogit|.
 */
export interface GradientBounds {
  readonly kernel: Float64Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

// Buffers of one call, allocated once: the image, its magnitudes, and the windows of pre-activations that are above 0,
// that are taken into account, and whose sign is uncertain.
const [image, magnitudes] = [imageBuffer(), imageBuffer()];
const [open, taken, undecided] = [new Windows(), new Windows(), new Windows()];

/** The terms of the bounds for one sample, in buffers that the next call of `measure` overwrites. */
export class ErrorModel {
  /** Gradient of the logit with respect to the kernel, and the same sum over magnitudes. */
  readonly slope: Float64Array;
  readonly #magnitude: Float64Array;
  /** Share of `magnitude` that belongs to pre-activations whose sign is uncertain because of rounding. */
  readonly #undecided: Float64Array;
  /** Bound on the error of each pre-activation; 0 if it stays closed despite rounding. */
  readonly #convError: Float64Array;
  readonly #bounds: GradientBounds;
  #logitError = 0;
  readonly #precision: Precision;

  constructor(kernelSize: number, precision: Precision) {
    this.#precision = precision;
    this.slope = new Float64Array(kernelSize ** 2);
    this.#magnitude = new Float64Array(this.slope.length);
    this.#undecided = new Float64Array(this.slope.length);
    this.#convError = new Float64Array(outputSide(kernelSize) ** 2);
    this.#bounds = {
      kernel: new Float64Array(this.slope.length),
      weight: new Float64Array(this.#convError.length),
      bias: new Float64Array(1),
    };
  }

  /** Bound on the error of the logit measured last. */
  get logitError(): number {
    return this.#logitError;
  }

  /** Reads one sample after its reference forward pass. */
  measure(
    { kernel, weight, bias }: Parameters,
    pixels: Float32Array,
    offset: number,
    { convOut, flatOut }: ReferenceActivations,
  ): void {
    const size = sideOf(kernel);
    const side = outputSide(size);
    const convRounding = accumulatedRounding(kernel.length, this.#precision);
    loadImage(image, pixels, offset);
    for (let at = 0; at < image.length; at++) magnitudes[at] = Math.abs(image[at]!);
    correlate(magnitudes, kernel.map(Math.abs), size, this.#convError);
    for (const windows of [open, taken, undecided]) windows.clear();
    let logitMagnitude = Math.abs(bias);
    let carried = 0;
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const at = i * side + j;
        const error = convRounding * this.#convError[at]!;
        const isUndecided = error > 0 && Math.abs(convOut[at]!) <= error;
        const isOpen = convOut[at]! > 0;
        this.#convError[at] = isOpen || isUndecided ? error : 0;
        if (!isOpen && !isUndecided) continue;
        const weightHere = weight[at]!;
        const magnitude = Math.abs(weightHere);
        logitMagnitude += Math.abs(flatOut[at]! * weightHere);
        carried += error * magnitude;
        taken.add(i, j, magnitude);
        if (isOpen) open.add(i, j, weightHere);
        if (isUndecided) undecided.add(i, j, magnitude);
      }
    }
    open.sum(image, size, this.slope);
    taken.sum(magnitudes, size, this.#magnitude);
    undecided.sum(magnitudes, size, this.#undecided);
    this.#logitError = carried + accumulatedRounding(weight.length + 1, this.#precision) * logitMagnitude;
  }

  /** Bound on the error of sigmoid(logit) - label; `sharedForward` as in `bounds`. */
  dLogitError(logit: number, sharedForward: boolean): number {
    if (sharedForward) return predictionRounding(this.#precision);
    // sigmoid' is steepest at the logit nearest to 0 that this logit's error allows.
    const nearest = Math.max(0, Math.abs(logit) - this.#logitError);
    const steepest = 1 / (2 + 2 * Math.cosh(nearest));
    return steepest * this.#logitError + predictionRounding(this.#precision);
  }

  /** Bounds for dRelu [m], the gradient after the mask, if the two sides share no forward pass. */
  dRelu(
    { weight }: Parameters,
    { convOut }: ReferenceActivations,
    dLogit: number,
    dLogitError: number,
  ): Float64Array {
    const size = Math.abs(dLogit) + dLogitError;
    const product = accumulatedRounding(2, this.#precision);
    return convOut.map((value, at) => {
      const error = this.#convError[at]!;
      if (error > 0 && Math.abs(value) <= error) return size * Math.abs(weight[at]!) * (1 + product);
      return value > 0 ? Math.abs(weight[at]!) * (dLogitError + size * product) : 0;
    });
  }

  /**
   * Bounds for the gradients that follow from a dLogit known to within dLogitError. With `sharedForward`, both sides
   * have bit-identical pre-activations, so only the backward pass may round differently.
   * @returns buffers that the next call overwrites
   */
  bounds(
    { flatOut }: ReferenceActivations,
    dLogit: number,
    dLogitError: number,
    sharedForward: boolean,
  ): GradientBounds {
    const size = Math.abs(dLogit) + dLogitError;
    const product = accumulatedRounding(2, this.#precision);
    const sum = accumulatedRounding(flatOut.length + 2, this.#precision);
    const { kernel, weight, bias } = this.#bounds;
    bias[0] = dLogitError;
    for (let at = 0; at < weight.length; at++) {
      const activationError = sharedForward ? 0 : this.#convError[at]!;
      weight[at] = flatOut[at]! * (dLogitError + size * product) + size * activationError;
    }
    for (let tap = 0; tap < kernel.length; tap++) {
      const undecided = sharedForward ? 0 : this.#undecided[tap]!;
      kernel[tap] =
        Math.abs(this.slope[tap]!) * dLogitError + size * (sum * this.#magnitude[tap]! + undecided);
    }
    return this.#bounds;
  }
}
