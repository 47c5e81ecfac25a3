import type { TF } from '../../src/gradcheck/types.ts';
import { plantedInNetwork } from '../../src/notebook/compare/layerMistakes.ts';
import { GRADIENT_MISTAKES } from '../../src/notebook/compare/mistakes.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../../src/notebook/data/images.ts';
import type { Engine, Problem } from '../../src/notebook/engines/engine.ts';
import { startTensorEngine } from '../../src/notebook/engines/tensors.ts';
import {
  backwardMistakes,
  type MistakeName,
  wrongOutput,
  wrongTap,
} from '../../src/notebook/model/mistakes.ts';
import { layerBackwards, manualGradients } from '../../src/notebook/model/network.ts';
import { outputSide } from '../../src/notebook/model/parameters.ts';
import type { Tensor, Tensor2D, Tensor4D } from '../../src/notebook/model/tf.ts';

/** Training with a mistake as the self-test plants it, on tf ops in double precision. Kernels of side 5. */
export function startSelfTestTwin(tf: TF, problem: Problem, mistake: MistakeName): Engine {
  const layers = plantedInNetwork.find(([name]) => name === mistake)?.[1];
  const wrong = GRADIENT_MISTAKES.find(({ name }) => name === backwardMistakes[mistake].name);
  if (!layers && !wrong) throw new Error(`${mistake}: expected a mistake of the self-test, got none`);
  return startTensorEngine(tf, 'float64', problem, (_tf, parameters, { image, label }, rate) => {
    const { logit, ...step } = manualGradients(tf, parameters, image, label, {
      ...layerBackwards,
      ...layers,
    });
    const right = { kernel: step.dKernel, weight: step.dWeight, bias: step.dBias };
    const { kernel, weight, bias } = { ...right, ...wrong?.gradients(tf, parameters, tf.scalar(1), right) };
    // Scaled last, not as the dy of the backward pass: some mistakes need the gradients themselves.
    const scaled = (gradient: Tensor) => (rate === undefined ? gradient : tf.mul(gradient, rate));
    return {
      dKernel: scaled(kernel) as Tensor4D,
      dWeight: scaled(weight) as Tensor2D,
      dBias: scaled(bias) as Tensor2D,
      logit,
    };
  });
}

/**
 * The same in plain loops, for kernels of any side, with all mistakes written once more.
 * @param stale the weight before the parameters' last step
 */
export function startPlainTwin(
  { samples, parameters, learningRate }: Problem,
  mistake: MistakeName | null,
  stale = parameters.weight,
): Engine {
  let { kernel, weight, bias } = parameters;
  let before = stale;
  const side = Math.sqrt(kernel.length);
  const width = outputSide(side);
  const step = (sample: number): number => {
    const pixel = (i: number, j: number) =>
      i < IMAGE_SIDE ? samples.pixels[sample * IMAGE_PIXELS + i * IMAGE_SIDE + j]! : 0;
    const overWindow = (each: (a: number, b: number, tap: number) => number) =>
      Array.from(kernel.keys()).reduce((sum, tap) => sum + each(Math.floor(tap / side), tap % side, tap), 0);
    const places = Array.from(weight.keys(), (at) => [Math.floor(at / width), at % width] as const);

    const convOut = places.map(([i, j]) => overWindow((a, b, tap) => pixel(i + a, j + b) * kernel[tap]!));
    const logit = convOut.reduce((sum, c, at) => sum + Math.max(c, 0) * weight[at]!, bias);
    const p = 1 / (1 + Math.exp(-logit));
    const y = samples.labels[sample]!;
    const dLogit = lossGradient(p, y, mistake);

    const dWeight = weight.map((_, at) => {
      const gradient = dLogit * Math.max(convOut[at]!, 0);
      if (mistake === 'negated') return -gradient;
      return mistake === 'weightElement' && at === wrongOutput(side) ? 1.0005 * gradient : gradient;
    });
    const updated = weight.map((w, at) => w - learningRate * dWeight[at]!);
    const used = mistake === 'updatedWeight' ? updated : mistake === 'staleWeight' ? before : weight;
    const dRelu = convOut.map((c, at) => {
      const dFlat = dLogit * used[at]!;
      return isPassed(c, dFlat, mistake) ? dFlat : 0;
    });
    const down = mistake === 'shiftedWindow' ? 1 : 0;
    const dKernel = kernel.map((_, tap) => {
      const [a, b] = [Math.floor(tap / side), tap % side];
      return places.reduce((sum, [i, j], at) => sum + pixel(i + a + down, j + b) * dRelu[at]!, 0);
    });
    const taken = dKernel.map((_, tap) => wrongKernelGradient(dKernel, tap, side, mistake));

    before = weight;
    weight = updated;
    kernel = kernel.map((k, tap) => k - learningRate * taken[tap]!);
    if (mistake !== 'noBias') bias -= learningRate * dLogit;
    return logit;
  };
  return {
    precision: 'float64',
    advance: (first, count) => Float64Array.from({ length: count }, (_, at) => step(first + at)),
    parameters: () => ({ kernel, weight, bias }),
    dispose() {},
  };
}

function lossGradient(p: number, y: number, mistake: MistakeName | null): number {
  if (mistake === 'flippedLabel') return p + y - 1;
  if (mistake === 'labelMinusPrediction') return y - p;
  if (mistake === 'sigmoidTwice') return (p - y) * p * (1 - p);
  // With q the probability of the label itself: the exact gradient times q / (q + 1e-7).
  const q = y === 1 ? p : 1 - p;
  return mistake === 'loggedLoss' ? ((p - y) * q) / (q + 1e-7) : p - y;
}

function isPassed(convOut: number, dFlat: number, mistake: MistakeName | null): boolean {
  if (mistake === 'missingMask') return true;
  if (mistake === 'maskOfGradient') return dFlat > 0;
  if (mistake === 'invertedMask') return convOut <= 0;
  return mistake === 'openAtZero' ? convOut >= 0 : convOut > 0;
}

function wrongKernelGradient(
  dKernel: Float64Array,
  tap: number,
  side: number,
  mistake: MistakeName | null,
): number {
  const [a, b] = [Math.floor(tap / side), tap % side];
  if (mistake === 'transposedKernel') return dKernel[b * side + a]!;
  if (mistake === 'flippedKernel') return dKernel[(side - 1 - a) * side + side - 1 - b]!;
  if (mistake === 'missingRow' && a === side - 1) return 0;
  if (mistake === 'twice') return 2 * dKernel[tap]!;
  if (mistake === 'averaged') return dKernel[tap]! / outputSide(side) ** 2;
  return mistake === 'kernelElement' && tap === wrongTap(side) ? 1.0005 * dKernel[tap]! : dKernel[tap]!;
}
