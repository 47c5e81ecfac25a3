import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { TF } from '../../../src/gradcheck/types.ts';
import { plantedInNetwork } from '../../../src/notebook/compare/layerMistakes.ts';
import { GRADIENT_MISTAKES } from '../../../src/notebook/compare/mistakes.ts';
import { IMAGE_PIXELS } from '../../../src/notebook/data/images.ts';
import type { Engine, Problem } from '../../../src/notebook/engines/engine.ts';
import { startReference } from '../../../src/notebook/engines/reference.ts';
import { startTensorEngine } from '../../../src/notebook/engines/tensors.ts';
import { backwardMistakes, type MistakeName, mistakesFor } from '../../../src/notebook/model/mistakes.ts';
import { type LayerBackwards, layerBackwards, manualGradients } from '../../../src/notebook/model/network.ts';
import { NumpyRandom } from '../../../src/notebook/model/numpyRandom.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { accumulatedRounding } from '../../../src/numerics/ieee.ts';
import type { Tensor, Tensor2D, Tensor4D } from '../../../src/tfjs/types.ts';
import { distance } from '../../support/problem.ts';

const tf = float64 as unknown as TF;
const sides = [1, 3, 5, 7, 9, 11, 13, 15];
const mistakes = Object.keys(backwardMistakes) as MistakeName[];

/** Bound on the rounding error of a few steps, for numbers near 1: 10,000 exceeds the roundings on the longest path. */
const ROOM = accumulatedRounding(10_000, 'float64');

describe('a planted mistake', () => {
  it.each(sides)('trains in the loops as in tf ops, and not as the right gradient does, side %i', (side) => {
    for (const mistake of mistakes) {
      const problem = problemFor(mistake, side);
      const [loops, ops, right] = [
        steps(startReference(problem, mistake), problem),
        steps(startWithOps(problem, mistake), problem),
        steps(startReference(problem), problem),
      ];
      expect([mistake, distance(loops, ops) <= ROOM]).toEqual([mistake, true]);
      const shows = mistakesFor(side).includes(mistake);
      expect([mistake, distance(loops, right) > 1000 * ROOM]).toEqual([mistake, shows]);
    }
  });
});

/** The logits of a step for each sample, and all parameters after the last. */
function steps(engine: Engine, { samples }: Problem): number[] {
  const logits = engine.advance(0, samples.count);
  const { kernel, weight, bias } = engine.parameters();
  engine.dispose();
  const values = [...logits, ...kernel, ...weight, bias];
  expect(values.every(Number.isFinite)).toBe(true);
  return values;
}

/**
 * Noise of both signs, on which every mistake shows. The first image is empty except for a pair of pixels at which a
 * pre-activation is exactly 0; the logged loss differs where the network is badly wrong, at label 1 and a logit of -16.
 */
function problemFor(mistake: MistakeName, side: number): Problem {
  const random = new NumpyRandom(side);
  const count = 10;
  const pixels = Float32Array.from({ length: count * IMAGE_PIXELS }, () => random.random() - 0.4);
  pixels.fill(0, 0, IMAGE_PIXELS);
  pixels.fill(1, 0, 2);
  const parameters = { ...initialParameters(side, side), bias: mistake === 'loggedLoss' ? -16 : 0.25 };
  if (side > 1) parameters.kernel[1] = -parameters.kernel[0]!;
  const labels = Uint8Array.from({ length: count }, (_, sample) => (sample + 1) % 2);
  const samples = { count, pixels, labels, indices: Array.from(labels.keys()) };
  return { samples, parameters, learningRate: 0.1 };
}

/** Trains with a mistake in the form that the self-test plants, on tf ops in double precision. */
function startWithOps(problem: Problem, mistake: MistakeName): Engine {
  const planted = plantedInNetwork.find(([name]) => name === mistake)?.[1];
  const wrong = GRADIENT_MISTAKES.find(({ name }) => name === backwardMistakes[mistake].name);
  if (!planted && !wrong) throw new Error(`${mistake}: expected a mistake of the self-test, got none`);
  let previousWeight = Array.from(problem.parameters.weight);
  // The self-test checks a single step, and makes up the previous step's weight; a run has a real one.
  const stale: Partial<LayerBackwards> = {
    dense: (tf, flatOut, weight, dLogit) => {
      const before = tf.tensor2d(previousWeight, [previousWeight.length, 1]);
      previousWeight = Array.from(weight.dataSync());
      const right = layerBackwards.dense(tf, flatOut, weight, dLogit);
      return { ...right, dFlat: tf.matMul(dLogit, before, false, true) };
    },
  };
  const layers = { ...layerBackwards, ...(mistake === 'staleWeight' ? stale : planted) };
  return startTensorEngine(tf, 'float64', problem, (_tf, parameters, { image, label }, rate) => {
    const { logit, ...step } = manualGradients(tf, parameters, image, label, layers);
    const right = { kernel: step.dKernel, weight: step.dWeight, bias: step.dBias };
    const taken = { ...right, ...wrong?.gradients(tf, parameters, tf.scalar(1), right) };
    // Scaled at the end, not by the dy of the backward pass, because some mistakes need the gradients themselves.
    const scaled = (gradient: Tensor) => (rate === undefined ? gradient : tf.mul(gradient, rate));
    return {
      dKernel: scaled(taken.kernel) as Tensor4D,
      dWeight: scaled(taken.weight) as Tensor2D,
      dBias: scaled(taken.bias) as Tensor2D,
      logit,
    };
  });
}
