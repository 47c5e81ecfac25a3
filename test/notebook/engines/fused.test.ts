import { describe, expect, it } from '@jest/globals';
import { compile, webAssembly } from '../../../scripts/build/webassembly.ts';
import { IMAGE_PIXELS, type Samples } from '../../../src/notebook/data/images.ts';
import { evaluate } from '../../../src/notebook/engines/evaluate.ts';
import { binary } from '../../../src/notebook/engines/fused/binary.js';
import { startFused } from '../../../src/notebook/engines/fused/index.ts';
import { FusedKernel } from '../../../src/notebook/engines/fused/kernel.ts';
import { KERNEL } from '../../../src/notebook/engines/fused/layout.ts';
import { lanesOfTaps } from '../../../src/notebook/engines/fused/taps.ts';
import { runEpochs } from '../../../src/notebook/engines/loop.ts';
import { startReference } from '../../../src/notebook/engines/reference.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { accumulatedRounding } from '../../../src/numerics/ieee.ts';
import { smallProblem, smallSamples } from '../../support/problem.ts';

const sides = [1, 3, 5, 7, 9, 11, 13, 15];

describe('the compiled kernel', () => {
  const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));

  it('is what its AssemblyScript says', async () => {
    expect(await compile([webAssembly.fused])).toEqual([binary]);
  });

  it('imports nothing, and keeps nothing of its own where the layout begins', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { ownBytes } = new WebAssembly.Instance(module).exports as { ownBytes(): number };
    expect(ownBytes()).toBeLessThanOrEqual(KERNEL);
  });
});

describe('taps in vectors', () => {
  it.each(sides)('of side %i: each in a lane of its own, none left out in between', (side) => {
    const lanes = Array.from(lanesOfTaps(side)).sort((a, b) => a - b);
    expect(lanes).toEqual(Array.from({ length: side ** 2 }, (_, lane) => lane));
  });
});

describe('a step', () => {
  it.each(sides)('is the reference within the rounding of float32, side %i', (side) => {
    const samples = noise(6, side);
    const { kernel, weight } = initialParameters(side, side);
    const start = { kernel: kernel.map(Math.fround), weight: weight.map(Math.fround), bias: 0.25 };
    for (let sample = 0; sample < samples.count; sample++) {
      const problem = { samples, parameters: start, learningRate: 0.5 };
      const fused = startFused(problem);
      const reference = startReference(problem);
      const [logit, expected] = [fused.advance(sample, 1)[0]!, reference.advance(sample, 1)[0]!];
      const pixels = samples.pixels.subarray(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS);
      const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
      const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + Math.abs(b), 0);
      const [x, k, w] = [norm(pixels), norm(start.kernel), sum(start.weight)];
      // A pre-activation is at most |x||K|, the gradient of a tap |w| max |x|; there are fewer than 300 roundings.
      const gamma = accumulatedRounding(300, 'float32');
      const room = gamma * (1 + w * x * k);
      expect(Math.abs(logit - expected)).toBeLessThanOrEqual(room);
      const [after, afterwards] = [fused.parameters(), reference.parameters()];
      expect(excess(after.kernel, afterwards.kernel)).toBeLessThanOrEqual((room + gamma) * (1 + w));
      expect(excess(after.weight, afterwards.weight)).toBeLessThanOrEqual((room + gamma) * (1 + x * k));
      expect(Math.abs(after.bias - afterwards.bias)).toBeLessThanOrEqual(room + gamma);
    }
  });

  it.each([-200, -110, -30, -17, -1e-8, 0, 0.3, 16, 18, 90, 200])(
    'has the prediction of a logit of %d',
    (bias) => {
      const samples = { ...smallSamples(1), labels: Uint8Array.of(0) };
      const start = initialParameters(1, 5);
      const parameters = { ...start, weight: start.weight.map(() => 0), bias };
      const fused = startFused({ samples, parameters, learningRate: 1 });
      expect(fused.advance(0, 1)[0]).toBe(Math.fround(bias));
      const prediction = Math.fround(Math.fround(bias) - fused.parameters().bias);
      const expected = 1 / (1 + Math.exp(-Math.fround(bias)));
      expect(Math.abs(prediction - expected)).toBeLessThanOrEqual(2 ** -23 * Math.max(Math.abs(bias), 1));
    },
  );
});

describe('a run', () => {
  // With side 3 the last four outputs of a column are two.
  it.each([3, 5])('is the same in one call as in epochs, and after another one: side %d', (side) => {
    const { samples, parameters, learningRate } = smallProblem(20, side);
    const kernel = new FusedKernel(samples, side);
    kernel.begin({ parameters, learningRate });
    const whole = kernel.advance(0, 5 * samples.count);
    const ends = kernel.parameters();
    kernel.begin({ parameters: initialParameters(9, side), learningRate: Number.NaN });
    expect(kernel.advance(0, 40).at(-1)).toBeNaN();
    kernel.begin({ parameters, learningRate });
    const epochs = Array.from({ length: 5 }, () => Array.from(kernel.advance(0, samples.count)));
    expect(Array.from(whole)).toEqual(epochs.flat());
    expect(kernel.parameters()).toEqual(ends);
  });

  it('does not touch another one', () => {
    const problem = smallProblem();
    const [alone, one, other] = [problem, problem, { ...problem, parameters: initialParameters(2, 5) }].map(
      startFused,
    );
    for (let epoch = 0; epoch < 3; epoch++) {
      const expected = alone!.advance(0, 20);
      expect(one!.advance(0, 20)).toEqual(expected);
      expect(other!.advance(0, 20)).not.toEqual(expected);
    }
  });

  it('tells its state as evaluate does, and goes on as if it had not', () => {
    const problem = smallProblem();
    const [asked, other] = [startFused(problem), startFused(problem)];
    for (let epoch = 0; epoch < 5; epoch++) {
      const { activeFraction, confusion } = evaluate(asked.parameters(), problem.samples);
      expect(asked.evaluate?.()).toEqual({ activeFraction, confusion });
      expect(asked.advance(0, 20)).toEqual(other.advance(0, 20));
    }
  });

  it('takes more samples than fit into the memory that it began with', () => {
    const samples = smallSamples(3000);
    const parameters = initialParameters(1, 5);
    const problem = { samples, parameters, learningRate: 0.1 };
    const logits = startFused(problem).advance(0, 3000);
    expect(excess(logits, startReference(problem).advance(0, 3000))).toBeLessThan(1e-3);
  });

  it('takes more steps than fit into the memory that it began with, again and again', () => {
    const kernel = new FusedKernel(smallSamples(1), 5);
    kernel.begin({
      parameters: { ...initialParameters(1, 5), weight: new Float64Array(144), bias: 0.25 },
      learningRate: 0,
    });
    expect(kernel.advance(0, 30_000)).toEqual(new Float64Array(30_000).fill(0.25));
    // It does not grow again where they fit: a memory that doubled each time would be full after 16 times.
    for (let more = 0; more < 20; more++) expect(kernel.advance(0, 1)).toEqual(Float64Array.of(0.25));
  });

  it('counts the outputs that it evaluates and that it goes back through: all 144, where all are open', () => {
    const samples = smallSamples(1);
    samples.pixels.fill(1);
    const kernel = new FusedKernel(samples, 5);
    const parameters = { ...initialParameters(1, 5), kernel: new Float64Array(25).fill(1) };
    kernel.begin({ parameters, learningRate: 1e-3 });
    kernel.advance(0, 1);
    expect(kernel.work()).toEqual({ listsMade: 1, outputsEvaluated: 144, outputsGoneBack: 144 });
  });

  it.each([1e30, 1e200])('that leaves the numbers is told, learning rate %d', async (learningRate) => {
    const problem = { ...smallProblem(), learningRate };
    const run = await runEpochs(startFused(problem), problem.samples, 5);
    expect(run.partial).toMatchObject({ reason: 'diverged' });
    expect(run.partial?.message).toMatch(/the logit became (NaN|-?Infinity) in epoch \d at sample \d+/);
  });

  it('has no sample beyond the last, and no step after dispose', () => {
    const engine = startFused(smallProblem(20));
    expect(() => engine.advance(20, 1)).toThrow('FusedKernel: expected a sample 0..19, got 20');
    engine.dispose();
    expect(() => engine.advance(0, 1)).toThrow('engine fused: expected an engine in use');
  });
});

/** Images of noise, of both signs. */
function noise(count: number, seed: number): Samples {
  const pixels = Float32Array.from({ length: count * IMAGE_PIXELS }, (_, i) => Math.sin(i * (seed + 1.7)));
  return { ...smallSamples(count), pixels };
}

const excess = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
