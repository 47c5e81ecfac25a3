import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { accumulatedRounding, UNIT_ROUNDOFF } from '../../../src/gradcheck/numeric/precision.ts';
import type { TF } from '../../../src/gradcheck/types.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../../../src/notebook/data/images.ts';
import type { Engine, Problem } from '../../../src/notebook/engines/engine.ts';
import { startFused } from '../../../src/notebook/engines/fused/index.ts';
import { binary } from '../../../src/notebook/engines/planted/binary.ts';
import { PlantedKernel } from '../../../src/notebook/engines/planted/kernel.ts';
import { KERNEL } from '../../../src/notebook/engines/planted/layout.ts';
import { train } from '../../../src/notebook/engines/train.ts';
import { backwardMistakes, type MistakeName } from '../../../src/notebook/model/mistakes.ts';
import { NumpyRandom } from '../../../src/notebook/model/numpyRandom.ts';
import { initialParameters, outputSide } from '../../../src/notebook/model/parameters.ts';
import { startPlainTwin, startSelfTestTwin } from '../../support/plantedTwin.ts';
import { distance, smallProblem } from '../../support/problem.ts';

const tf = float64 as unknown as TF;
const sides = [1, 3, 5, 7, 9, 11, 13, 15];
type Mistake = MistakeName | null;
const mistakes = Object.keys(backwardMistakes) as MistakeName[];

/** The kernel as an engine. */
function startPlanted({ samples, parameters, learningRate }: Problem, mistake: Mistake): Engine {
  const kernel = new PlantedKernel(samples, Math.sqrt(parameters.kernel.length));
  kernel.begin({ parameters, learningRate, mistake });
  return {
    precision: 'float32',
    advance: (first, count) => kernel.advance(first, count),
    parameters: () => kernel.parameters(),
    dispose() {},
  };
}

describe('the compiled kernel', () => {
  it('imports nothing, and keeps nothing of its own where the layout begins', () => {
    const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { ownBytes } = new WebAssembly.Instance(module).exports as { ownBytes(): number };
    expect(ownBytes()).toBeLessThanOrEqual(KERNEL);
  });
});

describe('a step with a mistake', () => {
  /** Makes no difference to a kernel of side 1: no window of it that is not empty adds up to 0. */
  const same = new Set<MistakeName>(['transposedKernel', 'flippedKernel', 'openAtZero']);

  it.each(sides)(
    'is that of plain loops within the rounding of float32, and not the right one, side %i',
    (side) => {
      const coarse = coarseProblem(side);
      for (const mistake of [null, ...mistakes]) {
        // The logged loss differs where the network is badly wrong: images of label 1 at a logit near -16.
        const bias = mistake === 'loggedLoss' ? -16 : coarse.parameters.bias;
        const problem = { ...coarse, parameters: { ...coarse.parameters, bias } };
        let farthest = 0;
        // Three images at least, and as many as it takes to tell the mistake from what is right.
        for (let sample = 1; sample < coarse.samples.count && (sample <= 3 || farthest === 0); sample++) {
          const planted = startPlanted(problem, mistake);
          let start = problem.parameters;
          if (mistake === 'staleWeight') {
            planted.advance(0, 1);
            start = planted.parameters();
          }
          planted.advance(sample, 1);
          const from = { ...problem, parameters: start };
          const [twin, right] = [mistake, null].map((name) => {
            const engine = startPlainTwin(from, name, problem.parameters.weight);
            engine.advance(sample, 1);
            return flat(engine);
          });
          const room = roomOf(from, sample, mistake);
          expect([mistake, excess(flat(planted), twin!, room)]).toEqual([mistake, 0]);
          farthest = Math.max(farthest, excess(flat(planted), right!, room));
        }
        expect([mistake, farthest > 0]).toEqual([
          mistake,
          mistake !== null && !(side === 1 && same.has(mistake)),
        ]);
      }
    },
  );
});

describe('a run', () => {
  /** Of these a few epochs are too short to show; a step of them is told apart above. */
  const slow = new Set<MistakeName>(['openAtZero', 'kernelElement', 'weightElement', 'loggedLoss']);

  it.each(mistakes)('goes as with the mistake of the self-test, in double precision: %s', async (mistake) => {
    const problem = smallProblem();
    const run = (engine: Engine) => train(engine, problem.samples, 3);
    const planted = await run(startPlanted(problem, mistake));
    // The self-test's stale weight is that of a chosen point: here it is the weight of the step before.
    const twin =
      mistake === 'staleWeight' ? startPlainTwin(problem, mistake) : startSelfTestTwin(tf, problem, mistake);
    const expected = await run(twin);
    twin.dispose();
    expect(planted.losses).toHaveLength(3);
    expect(distance(planted.losses, expected.losses)).toBeLessThanOrEqual(1e-4);
    expect(distance(planted.parameters.kernel, expected.parameters.kernel)).toBeLessThanOrEqual(1e-4);
    expect(distance(planted.parameters.weight, expected.parameters.weight)).toBeLessThanOrEqual(1e-4);
    expect(Math.abs(planted.parameters.bias - expected.parameters.bias)).toBeLessThanOrEqual(1e-4);
    const right = await run(startFused(problem));
    if (!slow.has(mistake)) expect(distance(planted.losses, right.losses)).toBeGreaterThan(1e-3);
  });

  it.each(sides)('without a mistake is the fused one within rounding, side %i', async (side) => {
    const problem = smallProblem(20, side);
    const run = (engine: Engine) => train(engine, problem.samples, 3);
    const [planted, fused] = [await run(startPlanted(problem, null)), await run(startFused(problem))];
    expect(distance(planted.losses, fused.losses)).toBeLessThanOrEqual(1e-4);
    expect(distance(planted.parameters.kernel, fused.parameters.kernel)).toBeLessThanOrEqual(1e-4);
    expect(distance(planted.parameters.weight, fused.parameters.weight)).toBeLessThanOrEqual(1e-4);
  });

  it('is the same in one call as in epochs, and after one that left the numbers', () => {
    const { samples, parameters, learningRate } = smallProblem(20, 7);
    const kernel = new PlantedKernel(samples, 7);
    kernel.begin({ parameters, learningRate, mistake: 'twice' });
    const whole = kernel.advance(0, 100);
    const ends = kernel.parameters();
    kernel.begin({ parameters, learningRate: Number.NaN, mistake: 'staleWeight' });
    expect(kernel.advance(0, 40).at(-1)).toBeNaN();
    kernel.begin({ parameters, learningRate, mistake: 'twice' });
    const epochs = Array.from({ length: 5 }, () => Array.from(kernel.advance(0, samples.count)));
    expect(Array.from(whole)).toEqual(epochs.flat());
    expect(kernel.parameters()).toEqual(ends);
  });

  it('has no sample beyond the last', () => {
    expect(() => startPlanted(smallProblem(), null).advance(20, 1)).toThrow(
      'PlantedKernel: expected a sample 0..19, got 20',
    );
  });
});

/**
 * Images and parameters of few bits, so that float32 computes the logit without rounding. The last image is empty but
 * for a pair of pixels whose pre-activation is 0 exactly.
 */
function coarseProblem(side: number): Problem {
  const random = new NumpyRandom(side);
  const count = 10;
  const pixels = Float32Array.from(
    { length: count * IMAGE_PIXELS },
    () => Math.floor(random.random() * 6 - 2) / 4,
  );
  pixels.fill(0, (count - 1) * IMAGE_PIXELS);
  pixels.fill(1, (count - 1) * IMAGE_PIXELS, (count - 1) * IMAGE_PIXELS + 2);
  const { kernel, weight } = initialParameters(side, side);
  const parameters = {
    kernel: kernel.map((k) => Math.round(k * 16) / 16),
    weight: weight.map((w) => Math.round(w * 64) / 64),
    bias: 0.25,
  };
  if (side > 1) parameters.kernel[1] = -parameters.kernel[0]!;
  const labels = Uint8Array.from({ length: count }, (_, sample) => sample % 2);
  return {
    samples: { count, pixels, labels, indices: Array.from(labels.keys()) },
    parameters,
    learningRate: 0.5,
  };
}

/** All numbers of an engine's parameters, the kernel's first, the bias last. */
function flat(engine: Engine): number[] {
  const { kernel, weight, bias } = engine.parameters();
  return [...kernel, ...weight, bias];
}

/**
 * What the rounding of float32 may do to each of them in a step: as many roundings as are on the longest way through the
 * sums, of sums of magnitudes; and what the prediction is rounded by, and the logit where it is, carried through them.
 */
function roomOf({ samples, parameters, learningRate }: Problem, sample: number, mistake: Mistake): number[] {
  const { kernel, weight, bias } = parameters;
  const side = Math.sqrt(kernel.length);
  const width = outputSide(side);
  const pixel = (i: number, j: number) =>
    Math.abs(samples.pixels[sample * IMAGE_PIXELS + i * IMAGE_SIDE + j]!);
  const at = (flat: number, row: number) => [Math.floor(flat / row), flat % row] as const;
  const largest = weight.map((_, output) => {
    const [i, j] = at(output, width);
    return kernel.reduce((sum, k, tap) => {
      const [a, b] = at(tap, side);
      return sum + Math.abs(k) * pixel(i + a, j + b);
    }, 0);
  });
  const sizes = weight.map(
    (w, i) => Math.abs(w) + (mistake === 'updatedWeight' ? learningRate * largest[i]! : 0),
  );
  const gradients = kernel.map((_, tap) => {
    const [a, b] = at(tap, side);
    return sizes.reduce((sum, w, output) => {
      const [i, j] = at(output, width);
      return sum + w * pixel(i + a, j + b);
    }, 0);
  });
  // Some mistakes put a tap's gradient, or that of another window, in another's place.
  const gradient = (mistake === 'twice' ? 2 : 1) * Math.max(...gradients);
  const logit = weight.reduce((sum, w, i) => sum + Math.abs(w) * largest[i]!, Math.abs(bias));
  const gamma = accumulatedRounding(width * Math.ceil(width / 4) + 12, 'float32');
  // Only after another step has the logit digits to lose.
  const loose = 8 * UNIT_ROUNDOFF.float32 + (mistake === 'staleWeight' ? gamma * logit : 0);
  const room = (value: number, size: number) =>
    gamma * Math.abs(value) + learningRate * size * (gamma + loose);
  return [
    ...Array.from(kernel, (k) => room(k, gradient)),
    ...Array.from(weight, (w, output) => room(w, largest[output]!)),
    room(bias, 1),
  ];
}

/** The most by which two sides differ beyond what they may. */
const excess = (a: readonly number[], b: readonly number[], room: readonly number[]): number =>
  Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]!) - room[i]!));
