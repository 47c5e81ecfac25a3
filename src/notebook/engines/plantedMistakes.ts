import { IMAGE_PIXELS, IMAGE_SIDE } from '../data/images.ts';
import { type MistakeName, wrongOutput, wrongTap } from '../model/mistakes.ts';
import { type Gradients, sideOf } from '../model/parameters.ts';
import { loggedFactor } from './loggedLoss.ts';

/** The inputs of the backward pass of one sample. */
export interface BackwardInputs {
  readonly dLogit: number;
  /** [m]; dFlat is dLogit times this. */
  readonly weight: Float64Array;
  /** [m]; the gradient passes where it is above 0. */
  readonly convOut: Float64Array;
  /** The image is pixels[offset .. offset + 255]. */
  readonly pixels: Float32Array;
  readonly offset: number;
}

/** Other values that a mistake may use by accident. */
export interface StepContext {
  readonly flatOut: Float64Array;
  readonly prediction: number;
  readonly label: number;
  readonly learningRate: number;
  /** [m], before the last update. */
  readonly previousWeight: Float64Array;
}

/** A mistake feeds wrong inputs to the backward pass, or spoils gradients that were right. */
type PlantedMistake =
  | { inputs(right: BackwardInputs, context: StepContext): Partial<BackwardInputs> }
  | { spoil(gradients: Gradients): void };

/** A mistake that replaces dLogit = p - y. */
const wrongLoss = (dLogit: (p: number, y: number) => number): PlantedMistake => ({
  inputs: (_right, { prediction, label }) => ({ dLogit: dLogit(prediction, label) }),
});

/** A mistake that replaces the mask convOut > 0. */
const wrongMask = (passes: (convOut: number, dFlat: number) => boolean): PlantedMistake => ({
  inputs: ({ dLogit, weight, convOut }) => ({
    convOut: convOut.map((c, at) => (passes(c, dLogit * weight[at]!) ? 1 : 0)),
  }),
});

const scale = (gradient: Float64Array, factor: number): void => {
  for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! * factor;
};

const OFF = 1.0005;

/** Every mistake of ../model/mistakes.ts in the reference's loops, for kernels of any side. */
export const plantedMistakes: Readonly<Record<MistakeName, PlantedMistake>> = {
  flippedLabel: wrongLoss((p, y) => p - (1 - y)),
  labelMinusPrediction: wrongLoss((p, y) => y - p),
  sigmoidTwice: wrongLoss((p, y) => (p - y) * p * (1 - p)),
  loggedLoss: wrongLoss((p, y) => (p - y) * loggedFactor(y === 1 ? p : 1 - p)),
  missingMask: wrongMask(() => true),
  maskOfGradient: wrongMask((_convOut, dFlat) => dFlat > 0),
  invertedMask: wrongMask((convOut) => convOut <= 0),
  openAtZero: wrongMask((convOut) => convOut >= 0),
  updatedWeight: {
    inputs: ({ weight, dLogit }, { flatOut, learningRate }) => ({
      weight: weight.map((w, at) => w - learningRate * dLogit * flatOut[at]!),
    }),
  },
  staleWeight: { inputs: (_right, { previousWeight }) => ({ weight: previousWeight }) },
  shiftedWindow: {
    // One row up, with zeros below the last one.
    inputs: ({ pixels, offset }) => {
      const shifted = new Float32Array(IMAGE_PIXELS);
      shifted.set(pixels.subarray(offset + IMAGE_SIDE, offset + IMAGE_PIXELS));
      return { pixels: shifted, offset: 0 };
    },
  },
  transposedKernel: {
    spoil: ({ dKernel }) => {
      const side = sideOf(dKernel);
      const right = dKernel.slice();
      for (let a = 0; a < side; a++) {
        for (let b = 0; b < side; b++) dKernel[a * side + b] = right[b * side + a]!;
      }
    },
  },
  flippedKernel: { spoil: ({ dKernel }) => void dKernel.reverse() },
  twice: { spoil: ({ dKernel }) => scale(dKernel, 2) },
  negated: { spoil: ({ dWeight }) => scale(dWeight, -1) },
  averaged: { spoil: ({ dKernel, dWeight }) => scale(dKernel, 1 / dWeight.length) },
  noBias: {
    spoil: (gradients) => {
      gradients.dBias = 0;
    },
  },
  missingRow: { spoil: ({ dKernel }) => void dKernel.fill(0, dKernel.length - sideOf(dKernel)) },
  kernelElement: {
    spoil: ({ dKernel }) => {
      const tap = wrongTap(sideOf(dKernel));
      scale(dKernel.subarray(tap, tap + 1), OFF);
    },
  },
  weightElement: {
    spoil: ({ dKernel, dWeight }) => {
      const output = wrongOutput(sideOf(dKernel));
      scale(dWeight.subarray(output, output + 1), OFF);
    },
  },
};
