import { describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import {
  checkByDifferences,
  StepChooser,
  type WalkedStep,
} from '../../../src/notebook/compare/finiteDifferences.ts';
import { networkSpec } from '../../../src/notebook/compare/networkSpec.ts';
import { networkPoint } from '../../../src/notebook/compare/points.ts';
import { IMAGE_PIXELS } from '../../../src/notebook/data/images.ts';
import type { Parameters } from '../../../src/notebook/model/parameters.ts';

const PARAMETERS = { kernel: new Float64Array(25), weight: new Float64Array(144), bias: 0 };

/** The steps chosen from a run of one epoch, by reason. */
function chosenOf(count: number, figures: (sample: number) => Partial<WalkedStep>): Record<string, number[]> {
  const chooser = new StepChooser(count);
  for (let sample = 0; sample < count; sample++)
    chooser.note({
      ...{ place: { epoch: 1, sample }, parameters: PARAMETERS, towardsLabel: 1, logit: 1, open: 72 },
      ...figures(sample),
    });
  const chosen: Record<string, number[]> = {};
  for (const { step, reason } of chooser.chosen()) {
    chosen[reason] ??= [];
    chosen[reason].push(step.place.sample);
  }
  return chosen;
}

it('takes eight steps spread over the run, the three most wrong and the three with the fewest open ReLUs', () => {
  const wrong = new Map([
    [20, -9],
    [31, -3],
    [40, -8],
    [41, -7],
  ]);
  // A step without an open ReLU is dead, and has no gradient to check.
  const open = new Map([[2, 0], [15, 1], [16, 5], [17, 3], [18, 4]]); // biome-ignore format: tables
  const chosen = chosenOf(77, (sample) => ({
    towardsLabel: wrong.get(sample) ?? 1,
    open: open.get(sample) ?? 72,
  }));
  expect(chosen).toEqual({
    saturated: [20, 40, 41],
    'nearly dead': [15, 17, 18],
    spread: [0, 10, 30, 50, 60, 70],
  });
});

it.each([
  [9, [3, 4, 5, 6, 7]],
  [5, [3, 4]],
])('takes each step once, for the rarest reason, and the first of equals: of %d', (count, spread) => {
  expect(chosenOf(count, () => ({}))).toEqual({ saturated: [0, 1, 2], spread });
});

it('takes the steps in the order of the run', () => {
  const places = [1, 2].flatMap((epoch) => [0, 1, 2].map((sample) => ({ epoch, sample })));
  const chooser = new StepChooser(places.length);
  // The last are the most wrong, and kept first.
  for (const [at, place] of places.entries())
    chooser.note({ place, parameters: PARAMETERS, towardsLabel: -at, logit: 1, open: 72 });
  expect(chooser.chosen().map(({ step }) => step.place)).toEqual(places);
});

describe('the check of a step', () => {
  const place = { epoch: 3, sample: 1 };
  const { sample, parameters } = networkPoint(3);
  const pixels = new Float32Array(3 * IMAGE_PIXELS).fill(0.5);
  pixels.set(sample.pixels, IMAGE_PIXELS);
  const samples = { count: 3, pixels, labels: Uint8Array.of(0, sample.label, 0), indices: [0, 1, 2] };
  const checked = (at: Parameters, of = samples, onChecked = (_done: number) => {}) => {
    const step = { place, parameters: at, towardsLabel: 1, logit: 2, open: 7 };
    const both = [
      { step, reason: 'spread' as const },
      { step, reason: 'saturated' as const },
    ];
    return checkByDifferences(tf, of, both, onChecked);
  };

  it('is that of its own sample, and has the figures of the worst elements', async () => {
    const done: number[] = [];
    const [first, second] = await checked(parameters as Parameters, samples, (count) => done.push(count));
    expect(done).toEqual([1, 2]);
    expect(second).toEqual({ ...first!, reason: 'saturated' });
    const { inputs } = await gradcheck(networkSpec(sample, parameters), { exact: 'off' });
    const each = (figure: (input: (typeof inputs)[string]) => number) =>
      Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, figure(input)]));
    expect(first).toEqual({
      ...{ ...place, reason: 'spread', logit: 2, open: 7, skipped: 0, verdict: 'pass', message: null },
      maxAbs: each(({ maxDistance }) => maxDistance!),
      maxOverAllowed: each(({ worst }) => worst!.distance / worst!.tolerance.total),
    });
    for (const figure of Object.values(first!.maxOverAllowed)) {
      expect(figure).toBeGreaterThan(0);
      expect(figure).toBeLessThan(1);
    }
  });

  it('says what is wrong where it cannot pass, and has no room to speak of where all is 0', async () => {
    const [dead] = await checked({
      kernel: new Float64Array(25),
      weight: parameters.weight,
      bias: 0,
    } as never);
    expect(dead).toMatchObject({ verdict: 'pass', maxOverAllowed: { weight: 0 } });
    const broken = await checked(parameters as Parameters, {
      ...samples,
      pixels: pixels.map(() => Number.NaN),
    });
    expect(broken[0]).toMatchObject({ verdict: 'fail', message: expect.stringContaining('not finite: NaN') });
    expect(broken[0]!.maxAbs).toEqual({ kernel: 0, weight: 0, bias: 0 });
  });
});
