import { IMAGE_PIXELS } from '../data/images.ts';
import type { MistakeName } from '../model/mistakes.ts';
import { type Gradients, outputSide, type Parameters, sideOf } from '../model/parameters.ts';
import { correlate, imageBuffer, loadImage, Windows } from './correlate.ts';
import type { Engine, Problem } from './engine.ts';
import { type BackwardInputs, plantedMistakes } from './plantedMistakes.ts';

/** The forward pass of one sample, in float64, in buffers that each call overwrites. */
export interface ReferenceActivations {
  readonly convOut: Float64Array;
  readonly flatOut: Float64Array;
  logit: number;
  prediction: number;
}

/** Buffers for a network with the given kernel side. */
export function referenceBuffers(kernelSize: number): {
  activations: ReferenceActivations;
  gradients: Gradients;
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

// Buffers of one call, allocated once.
const image = imageBuffer();
const open = new Windows();

/** Notebook cell 2, `forward`, as loops. The image is pixels[offset .. offset + 255]. */
export function referenceForward(
  { kernel, weight, bias }: Parameters,
  pixels: Float32Array,
  offset: number,
  activations: ReferenceActivations,
): void {
  const { convOut, flatOut } = activations;
  loadImage(image, pixels, offset);
  // convOut[i,j] = sum over a,b of image[i+a, j+b] * kernel[a,b]
  correlate(image, kernel, sideOf(kernel), convOut);
  let logit = bias;
  for (let at = 0; at < convOut.length; at++) {
    const reluOut = Math.max(0, convOut[at]!);
    flatOut[at] = reluOut;
    logit += reluOut * weight[at]!;
  }
  activations.logit = logit;
  activations.prediction = 1 / (1 + Math.exp(-logit));
}

/** Notebook cell 3, `backward`, after a forward pass of the same sample; `dLogit` is its `d_loss`. */
export function referenceBackward(
  { kernel, weight }: Parameters,
  pixels: Float32Array,
  offset: number,
  { convOut, flatOut }: Pick<ReferenceActivations, 'convOut' | 'flatOut'>,
  dLogit: number,
  gradients: Gradients,
): void {
  const { dKernel, dWeight } = gradients;
  const size = sideOf(kernel);
  const side = outputSide(size);
  // dBias = dLogit
  gradients.dBias = dLogit;
  open.clear();
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const at = i * side + j;
      // dWeight = dLogit * flatOut
      dWeight[at] = dLogit * flatOut[at]!;
      // dRelu = dLogit * weight where convOut > 0, else 0
      if (convOut[at]! > 0) open.add(i, j, dLogit * weight[at]!);
    }
  }
  // dKernel = sum over i,j of image[i:i+k, j:j+k] * dRelu[i,j]
  loadImage(image, pixels, offset);
  open.sum(image, size, dKernel);
}

/**
 * The notebook's training in plain loops and float64; the golden trajectories are compared with it.
 *
 * @param mistake planted into the backward pass; null for none
 */
export function startReference(
  { samples, parameters, learningRate }: Problem,
  mistake: MistakeName | null = null,
): Engine {
  const kernel = parameters.kernel.slice();
  const weight = parameters.weight.slice();
  let bias = parameters.bias;
  const previousWeight = weight.slice();
  const { activations, gradients } = referenceBuffers(sideOf(kernel));
  const { pixels, labels } = samples;
  const planted = mistake === null ? null : plantedMistakes[mistake];

  const step = (sample: number): number => {
    const offset = sample * IMAGE_PIXELS;
    const present = { kernel, weight, bias };
    referenceForward(present, pixels, offset, activations);
    const { convOut, flatOut, logit, prediction } = activations;
    const label = labels[sample]!;
    let inputs: BackwardInputs = { dLogit: prediction - label, weight, convOut, pixels, offset };
    if (planted && 'inputs' in planted) {
      const context = { flatOut, prediction, label, learningRate, previousWeight };
      inputs = { ...inputs, ...planted.inputs(inputs, context) };
    }
    const taken = { ...present, weight: inputs.weight };
    const outputs = { convOut: inputs.convOut, flatOut };
    referenceBackward(taken, inputs.pixels, inputs.offset, outputs, inputs.dLogit, gradients);
    if (planted && 'spoil' in planted) planted.spoil(gradients);
    previousWeight.set(weight);
    for (let i = 0; i < weight.length; i++) weight[i] = weight[i]! - learningRate * gradients.dWeight[i]!;
    bias -= learningRate * gradients.dBias;
    for (let i = 0; i < kernel.length; i++) kernel[i] = kernel[i]! - learningRate * gradients.dKernel[i]!;
    return logit;
  };
  return {
    precision: 'float64',
    advance(first, count) {
      const logits = new Float64Array(count);
      for (let at = 0; at < count; at++) logits[at] = step(first + at);
      return logits;
    },
    parameters: () => ({ kernel: kernel.slice(), weight: weight.slice(), bias }),
    dispose() {},
  };
}
