import { describe, expect, it } from '@jest/globals';
import { loadDataset } from '../../../src/notebook/data/dataset.ts';
import { IMAGE_PIXELS, type Samples } from '../../../src/notebook/data/images.ts';
import { select } from '../../../src/notebook/data/select.ts';
import { type Bound, boundOf } from '../../../src/notebook/engines/fused/bound.ts';
import { FusedKernel, type FusedRun } from '../../../src/notebook/engines/fused/kernel.ts';
import { NumpyRandom } from '../../../src/notebook/model/numpyRandom.ts';
import { initialParameters, outputSide, type Parameters } from '../../../src/notebook/model/parameters.ts';
import { describeWith, realDigitsPath } from '../../support/digits.ts';
import { smallSamples } from '../../support/problem.ts';

// Skipping is exact: a run that skips and a run that evaluates every output are bit-identical.

/** All logits and parameters of a run with the given number of steps, and the work it did. */
function run(samples: Samples, side: number, start: FusedRun, steps: number, bound?: Bound) {
  const kernel = new FusedKernel(samples, side, bound);
  kernel.begin(start);
  const logits = kernel.advance(0, steps);
  const { kernel: taps, weight, bias } = kernel.parameters();
  return { numbers: Float64Array.of(...logits, ...taps, ...weight, bias), work: kernel.work() };
}

/** The index of the first number that skipping changes, -1 if none, and the work that was skipped. */
function difference(
  samples: Samples,
  side: number,
  start: Omit<FusedRun, 'dense'>,
  steps: number,
  bound?: Bound,
) {
  const skipping = run(samples, side, start, steps, bound);
  const dense = run(samples, side, { ...start, dense: true }, steps, bound);
  const differs = (x: number, i: number) =>
    x !== dense.numbers[i] && !(Number.isNaN(x) && Number.isNaN(dense.numbers[i]));
  const evaluated = skipping.work.outputsEvaluated / dense.work.outputsEvaluated;
  return { at: skipping.numbers.findIndex(differs), evaluated, work: skipping.work };
}

const random = new NumpyRandom(11);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random.random() * values.length)]!;

const patterns: Record<string, (pixel: number) => number> = {
  'all zero': () => 0,
  'all one': () => 1,
  'one pixel': (pixel) => (pixel === 119 ? 1 : 0),
  'a faint pixel beside a bright one': (pixel) => [1 / 255, 1, 0][Math.min(Math.abs(pixel - 120), 2)]!,
  faint: () => pick([0, 1 / 255]),
  'faint and bright': () => pick([0, 0, 1 / 255, 1]),
  lines: (pixel) => (pixel % 16 === 5 || pixel >> 4 === 9 ? 1 : 0),
  'of both signs': () => pick([0, 0, -1, 1]),
  'of all magnitudes': () => pick([0, 1e-12, 1e-6, 1e-3, 1, 1e3, 1e6]),
  noise: () => random.random(),
};

/** Two images of each pattern, one with each label. */
function imagesOf(names: string[]): Samples {
  const each = names.flatMap((name) =>
    Array.from({ length: IMAGE_PIXELS }, (_, pixel) => patterns[name]!(pixel)),
  );
  return { ...smallSamples(2 * names.length), pixels: Float32Array.from([...each, ...each]) };
}

function randomParameters(side: number, ofKernel: number, ofWeight: number): Parameters {
  const normal = (scale: number) => () => random.standardNormal() * scale;
  return {
    kernel: Float64Array.from({ length: side ** 2 }, normal(ofKernel)),
    weight: Float64Array.from({ length: outputSide(side) ** 2 }, normal(ofWeight)),
    bias: random.standardNormal(),
  };
}

describe('skipping is exact', () => {
  const rates = [1e-9, 1e-4, 0.1, 1, 30, 1e4, 1e9, 1e30, 1e38];

  it.each([1, 3, 5, 7, 9, 11, 13, 15])('at every learning rate, side %i', (side) => {
    const all = imagesOf(Object.keys(patterns));
    const plain = smallSamples(20);
    let least = 1;
    for (const learningRate of rates) {
      for (const samples of [all, plain]) {
        const parameters = initialParameters(side, side);
        const { at, evaluated } = difference(samples, side, { parameters, learningRate }, 12 * samples.count);
        expect([learningRate, at]).toEqual([learningRate, -1]);
        least = Math.min(least, evaluated);
      }
    }
    expect(least).toBeLessThan(1);
  });

  it.each(Object.keys(patterns))('on images: %s', (name) => {
    for (let trial = 0; trial < 30; trial++) {
      const samples = imagesOf([name, pick(Object.keys(patterns)), pick(Object.keys(patterns))]);
      const parameters = randomParameters(
        5,
        pick([1e-20, 1e-3, 1, 1e5, 1e15]),
        pick([1e-30, 0.1, 100, 1e18]),
      );
      const start = { parameters, learningRate: pick(rates) };
      expect([name, trial, difference(samples, 5, start, 300).at]).toEqual([name, trial, -1]);
    }
  });

  it.each([2 ** -149, 1e-30, 1e30, Number.POSITIVE_INFINITY, Number.NaN])('beside a pixel of %d', (pixel) => {
    const samples = smallSamples(6);
    samples.pixels[3 * IMAGE_PIXELS + 77] = pixel;
    const start = { parameters: randomParameters(5, 1, 1), learningRate: 0.01 };
    const { at, evaluated } = difference(samples, 5, start, 60);
    expect({ at, evaluated }).toEqual({ at: -1, evaluated: 1 });
  });

  it.each([
    ['a tap', { kernel: Number.NaN, weight: 0, bias: 0 }],
    ['a tap', { kernel: Number.NEGATIVE_INFINITY, weight: 0, bias: 0 }],
    ['a weight', { kernel: 0, weight: Number.POSITIVE_INFINITY, bias: 0 }],
    ['the bias', { kernel: 0, weight: 0, bias: Number.NaN }],
  ])('and hands on that %s is %j', (_name, { kernel, weight, bias }) => {
    const parameters = initialParameters(1, 5);
    parameters.kernel[3]! += kernel;
    parameters.weight[5]! += weight;
    const start = { parameters: { ...parameters, bias }, learningRate: 0.1 };
    const samples = smallSamples(4);
    expect(difference(samples, 5, start, 12).at).toBe(-1);
    expect(run(samples, 5, start, 1).numbers[0]).toBeNaN();
  });
});

/**
 * Two images. On the first one every patch has one pixel, of 1, so its outputs are taps; its steps change nothing. On
 * the second that pixel is -1. It moves exactly one tap, of -1, up by `way`: straight to where it opens on the first
 * image, so that Cauchy-Schwarz has no slack. All other taps but one are also -1, except that their last digits are
 * nearer to 0; the remaining one makes the kernel's squared norm 64 (1 - under), so that the tap's margin and its
 * distance from opening, 1, are on the edge between two levels of distance.
 */
function onTheBrink(way: number, under: number, ulps: number): { samples: Samples; start: FusedRun } {
  const samples = { ...smallSamples(2), labels: Uint8Array.of(1, 0) };
  samples.pixels.fill(0);
  samples.pixels[8 * 16 + 8] = 1;
  samples.pixels[IMAGE_PIXELS + 8 * 16 + 8] = -1;
  const kernel = new Float64Array(25).fill(-1 + ulps * 2 ** -24);
  kernel[12] = -1;
  kernel[13] = Math.sqrt(40 - 64 * under);
  // Only the tap's output has a weight. Both logits are far above 0, so that dLogit is 1 - label.
  const weight = new Float64Array(144);
  weight[6 * 12 + 6] = 2 ** 20;
  return { samples, start: { parameters: { kernel, weight, bias: 1200 }, learningRate: way / 2 ** 20 } };
}

describe('in the range in which no weight can overflow', () => {
  // All closed, with every label predicted with certainty: no step changes anything, so a list stays valid for as long
  // as lists are kept.
  const samples = { ...smallSamples(4), labels: new Uint8Array(4).fill(1) };
  const still = (changes: { learningRate?: number; weight?: number; bias?: number }) => {
    const weight = new Float64Array(144);
    weight[5] = changes.weight ?? 1;
    const parameters = { kernel: new Float64Array(25).fill(-1), weight, bias: changes.bias ?? 1200 };
    return difference(samples, 5, { parameters, learningRate: changes.learningRate ?? 0.1 }, 12);
  };

  // The limits, to the last bit: rates up to 2^20, weights and bias up to 2^60.
  it.each([
    [{ learningRate: 2 ** 20 }, { learningRate: 2 ** 20 + 1 }],
    [{ weight: 2 ** 60 }, { weight: 2 ** 60 * (1 + 2 ** -52) }],
    [{ weight: -(2 ** 60) }, { weight: -(2 ** 60) * (1 + 2 ** -52) }],
    [{ bias: 2 ** 60 }, { bias: 2 ** 60 * (1 + 2 ** -52) }],
  ])('%j is, and is skipped; %j is not', (inside, outside) => {
    expect(still(inside)).toMatchObject({ at: -1, work: { listsMade: 4 } });
    expect(still(inside).evaluated).toBeLessThan(1);
    expect(still(outside)).toMatchObject({ at: -1, evaluated: 1 });
  });
});

describe('on the brink', () => {
  const { stretch, slack } = boundOf(5);
  const around = (way: number) => Array.from({ length: 41 }, (_, i) => way + (i - 20) * 2 ** -23);
  // Where the tap opens, just before that, and farther on both sides.
  const ways = [
    ...around(1),
    ...around(1 - slack * 8),
    ...Array.from({ length: 41 }, (_, i) => 1 + (i - 20) * 1e-4),
  ];
  const unders = [-1e-3, -1e-4, -4e-5, -2e-5, 0, 2e-5, 4e-5, 6e-5, 1e-4, 1e-3];
  const trials = ways.flatMap((way) => unders.map((under, i) => onTheBrink(way, under, [1, 2, 5][i % 3]!)));

  it('skipping is exact', () => {
    const outcomes = trials.map(({ samples, start }) => difference(samples, 5, start, 3));
    expect(outcomes.filter(({ at }) => at >= 0)).toEqual([]);
    // The first image's list was used again, both with and without evaluating the tap.
    expect(new Set(outcomes.map(({ work }) => work.listsMade))).toEqual(new Set([2]));
    expect(new Set(outcomes.map(({ work }) => work.outputsEvaluated)).size).toBe(2);
  });

  it.each([
    ['forgets rounding and half a thousandth of the way', { stretch: stretch * 0.999, slack: 0 }],
    ['adds the slack to the margin', { stretch, slack: -slack }],
  ])('a bound that %s is caught', (_name, bound) => {
    const caught = trials.filter(({ samples, start }) => difference(samples, 5, start, 3, bound).at >= 0);
    expect(caught.length).toBeGreaterThan(0);
  });
});

describe('the test of skipping', () => {
  it('catches a bound that forgets that the kernel moves', () => {
    const start = { parameters: initialParameters(1, 5), learningRate: 0.1 };
    const samples = smallSamples(20);
    expect(difference(samples, 5, start, 200).at).toBe(-1);
    expect(difference(samples, 5, start, 200, { stretch: 0.01, slack: 0 }).at).toBeGreaterThanOrEqual(0);
  });
});

describeWith('the real digits', 'real digits', realDigitsPath(), () => {
  it.each([1, 2, 3, 42, 0])('seed %i: skipping is exact, and most is skipped', async (seed) => {
    const { train } = await loadDataset(realDigitsPath()!, { offline: true });
    const samples = select(train, { positive: 1, negative: 8, perClass: 100 });
    const start = { parameters: initialParameters(seed, 5), learningRate: 0.1 };
    const { at, evaluated, work } = difference(samples, 5, start, 80 * samples.count);
    expect(at).toBe(-1);
    expect(evaluated).toBeLessThan(0.65);
    expect(work.listsMade).toBeLessThan(0.1 * 80 * samples.count);
  });
});
