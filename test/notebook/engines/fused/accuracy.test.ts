import { describe, expect, it } from '@jest/globals';
import { IMAGE_PIXELS, type Samples } from '../../../../src/notebook/data/images.ts';
import { AccuracyMeter } from '../../../../src/notebook/engines/fused/accuracy.ts';
import { FusedKernel } from '../../../../src/notebook/engines/fused/kernel.ts';

// A kernel of one tap that is 1 hands the pixels on: the logit is the sum of weights times pixels, and the bias.
const network = (weights: Readonly<Record<number, number>>, bias = 0) => ({
  kernel: Float64Array.of(1),
  weight: Float64Array.from({ length: IMAGE_PIXELS }, (_, at) => weights[at] ?? 0),
  bias,
});
const samplesOf = (labels: number[], pixels: (sample: number, at: number) => number): Samples =>
  ({
    count: labels.length,
    labels: Float32Array.from(labels),
    pixels: Float32Array.from({ length: labels.length * IMAGE_PIXELS }, (_, at) =>
      pixels(Math.floor(at / IMAGE_PIXELS), at % IMAGE_PIXELS),
    ),
  }) as unknown as Samples;
const accuracyOf = (samples: Samples, parameters: ReturnType<typeof network>) =>
  new AccuracyMeter(new FusedKernel(samples, 1), samples).accuracy(parameters);

describe('the accuracy of a network', () => {
  it('is the share of samples on the right side of 0', () => {
    const samples = samplesOf([1, 0, 1, 0], (sample) => [0.5, 0.25, 1, 2][sample]!);
    // Logits of 2 x - 1: 0 is not above 0
    expect(accuracyOf(samples, network({ 3: 2 }, -1))).toBe(2 / 4);
    expect(accuracyOf(samples, network({ 3: 2 }, -0.75))).toBe(3 / 4);
    expect(accuracyOf(samples, network({ 3: -2 }, 1))).toBe(1 / 4);
    expect(
      accuracyOf(
        samplesOf([], () => 0),
        network({}),
      ),
    ).toBeNull();
  });

  it('allows for rounding of the bias, and of a large kernel and weights', () => {
    // 1 and three times 5/8 of its last place: float32 rounds up to 3, and 2 taken off leave 1 in place of -1/8.
    const ulp = 2 ** -23;
    const upwards = [1, (5 / 8) * ulp, (5 / 8) * ulp, (5 / 8) * ulp];
    const samples = samplesOf([0], () => 1);
    expect(accuracyOf(samples, network(upwards, -1 - 2 * ulp))).toBe(1);
    const large = network([...upwards, -1 - 2 * ulp].map((weight) => 1024 * weight));
    expect(accuracyOf(samples, { ...large, kernel: Float64Array.of(1024) })).toBe(1);
  });

  it('takes a logit so small that the prediction is 1/2 as not above it, like one of 0', () => {
    // 1 / (1 + exp(-x)) in double precision: exactly 1/2 at 2^-60, more than that at 2^-40
    const samples = samplesOf([1], () => 1);
    expect(accuracyOf(samples, network({ 3: 2 ** -60 }))).toBe(0);
    expect(accuracyOf(samples, network({ 3: 2 ** -40 }))).toBe(1);
  });

  it('is decided in double precision where float32 may have the wrong side', () => {
    // 1 and -1 cancel, and 2^-30 is left, wherever float32 loses it: each in a column of its own, in every order
    const parts = [1, 2 ** -30, -1];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders)
      for (const sign of [1, -1]) {
        const weights = Object.fromEntries(order.map((part, column) => [4 * column, sign * parts[part]!]));
        const rows = Object.fromEntries(order.map((part, row) => [64 * row, sign * parts[part]!]));
        const samples = samplesOf([sign > 0 ? 1 : 0], () => 1);
        expect([accuracyOf(samples, network(weights)), accuracyOf(samples, network(rows))]).toEqual([1, 1]);
      }
    // The same with the bias, and with pixels that are large
    const large = samplesOf([1], () => 1024);
    expect(accuracyOf(large, network({ 0: 1, 64: 2 ** -30 }, -1024))).toBe(1);
    expect(accuracyOf(large, network({ 0: 1, 64: 2 ** -30, 128: -1 }))).toBe(1);
  });
});
