import { IMAGE_PIXELS, IMAGE_SIDE } from '../data/images.ts';
import { outputSide, type Parameters, sideOf } from '../model/parameters.ts';
import type { Engine, Problem } from './engine.ts';

/** The forward pass of one sample, in float64: buffers that one call after the other overwrites. */
export interface ReferenceActivations {
  readonly convOut: Float64Array;
  readonly flatOut: Float64Array;
  logit: number;
  prediction: number;
}

/** One sample's gradients; dKernel [k*k], dWeight [m]. */
export interface ReferenceGradients {
  readonly dKernel: Float64Array;
  readonly dWeight: Float64Array;
  dBias: number;
}

/** Buffers for a network with the given kernel side. */
export function referenceBuffers(kernelSize: number): {
  activations: ReferenceActivations;
  gradients: ReferenceGradients;
} {
  const outputs = outputSide(kernelSize) ** 2;
  return {
    activations: {
      convOut: new Float64Array(outputs),
      flatOut: new Float64Array(outputs),
      logit: 0,
      prediction: 0,
    },
    gradients: {
      dKernel: new Float64Array(kernelSize ** 2),
      dWeight: new Float64Array(outputs),
      dBias: 0,
    },
  };
}

/** Notebook cell 2, `forward`, loop by loop. The image is pixels[offset .. offset + 255]. */
export function referenceForward(
  { kernel, weight, bias }: Parameters,
  pixels: Float32Array,
  offset: number,
  activations: ReferenceActivations,
): void {
  const { convOut, flatOut } = activations;
  const size = sideOf(kernel);
  const side = outputSide(size);
  let logit = bias;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      let sum = 0;
      for (let a = 0; a < size; a++) {
        const row = offset + (i + a) * IMAGE_SIDE + j;
        for (let b = 0; b < size; b++) sum += pixels[row + b]! * kernel[a * size + b]!;
      }
      const at = i * side + j;
      convOut[at] = sum;
      const open = Math.max(0, sum);
      flatOut[at] = open;
      logit += open * weight[at]!;
    }
  }
  activations.logit = logit;
  activations.prediction = 1 / (1 + Math.exp(-logit));
}

/** Notebook cell 3, `backward`, from a forward pass of the same sample; `dLogit` is its `d_loss`. */
export function referenceBackward(
  { kernel, weight }: Parameters,
  pixels: Float32Array,
  offset: number,
  { convOut, flatOut }: ReferenceActivations,
  dLogit: number,
  gradients: ReferenceGradients,
): void {
  const { dKernel, dWeight } = gradients;
  const size = sideOf(kernel);
  const side = outputSide(size);
  // dBias = dLogit
  gradients.dBias = dLogit;
  dKernel.fill(0);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const at = i * side + j;
      // dWeight = dLogit * flatOut
      dWeight[at] = dLogit * flatOut[at]!;
      // dRelu = dLogit * weight where convOut > 0, else 0
      if (!(convOut[at]! > 0)) continue;
      const dRelu = dLogit * weight[at]!;
      // dKernel = sum over i,j of image[i:i+k, j:j+k] * dRelu[i,j]
      for (let a = 0; a < size; a++) {
        const row = offset + (i + a) * IMAGE_SIDE + j;
        for (let b = 0; b < size; b++) {
          const tap = a * size + b;
          dKernel[tap] = dKernel[tap]! + pixels[row + b]! * dRelu;
        }
      }
    }
  }
}

/** The notebook's training in plain loops and float64: what the golden trajectories are compared with. */
export function startReference({ samples, parameters, learningRate }: Problem): Engine {
  const kernel = parameters.kernel.slice();
  const weight = parameters.weight.slice();
  let bias = parameters.bias;
  const { activations, gradients } = referenceBuffers(sideOf(kernel));
  return {
    precision: 'float64',
    advance(first, count) {
      const logits = new Float64Array(count);
      for (let step = 0; step < count; step++) {
        const offset = (first + step) * IMAGE_PIXELS;
        const present = { kernel, weight, bias };
        referenceForward(present, samples.pixels, offset, activations);
        logits[step] = activations.logit;
        const dLogit = activations.prediction - samples.labels[first + step]!;
        referenceBackward(present, samples.pixels, offset, activations, dLogit, gradients);
        for (let i = 0; i < weight.length; i++) weight[i] = weight[i]! - learningRate * gradients.dWeight[i]!;
        bias -= learningRate * gradients.dBias;
        for (let i = 0; i < kernel.length; i++) kernel[i] = kernel[i]! - learningRate * gradients.dKernel[i]!;
      }
      return logits;
    },
    parameters: () => ({ kernel: kernel.slice(), weight: weight.slice(), bias }),
    dispose() {},
  };
}
