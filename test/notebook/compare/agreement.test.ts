import { describe, expect, it } from '@jest/globals';
import { PairAgreement, type StepValues } from '../../../src/notebook/compare/agreement.ts';

const title = { left: 'manual', right: 'autodiff', loss: 'logits', precision: 'float64' } as const;
const zeros = { kernel: new Float64Array(9), weight: new Float64Array(4), bias: new Float64Array(1) };
const ones = {
  kernel: new Float64Array(9).fill(1),
  weight: new Float64Array(4).fill(1),
  bias: Float64Array.of(1),
};
const withKernel = (at: number, value: number): StepValues => ({
  ...zeros,
  kernel: new Float64Array(9).with(at, value),
});

const added = (left: StepValues, right: StepValues, bound: StepValues, sides: 1 | 2 = 1) => {
  const pair = new PairAgreement(title, 3);
  pair.add(left, right, bound, sides, { epoch: 4, sample: 7 });
  return pair.result('fail');
};

describe('a step and the room that rounding leaves', () => {
  it.each([
    [0.99, 1, 'pass', 0],
    [1, 1, 'pass', 0],
    [1.01, 1, 'fail', 1],
    [1.99, 2, 'pass', 0],
    [2.01, 2, 'fail', 1],
  ] as const)(
    'a difference of %d with %d sides that may be off by 1: %s',
    (distance, sides, verdict, failed) => {
      const result = added(withKernel(5, distance), zeros, ones, sides);
      expect(result.verdict).toBe(verdict);
      expect(result.parameters.kernel).toMatchObject({
        steps: 1,
        failedSteps: failed,
        maxAbs: distance,
        maxOverAllowed: distance / sides,
        maxRel: 1,
        worst: { epoch: 4, sample: 7, index: [1, 2], left: distance, right: 0, allowed: sides },
      });
      expect(result.parameters.weight).toMatchObject({ failedSteps: 0, maxAbs: 0, maxOverAllowed: 0 });
    },
  );

  it('keeps single elements only where a scatter plot is made of them', () => {
    const kept = [undefined, false, true].map((keepsPoints) => {
      const pair = new PairAgreement(title, 3, keepsPoints);
      pair.add(withKernel(5, 0.5), zeros, ones, 1, { epoch: 4, sample: 7 });
      return pair
        .scatter()
        .map(({ parameter, elements, equal, points }) => [parameter, elements, equal, points.length]);
    });
    expect(kept).toEqual([
      [],
      [],
      [
        ['weight', 4, 4, 0],
        ['bias', 1, 1, 0],
        ['kernel', 9, 8, 1],
      ],
    ]);
  });

  it('a difference is above what no room allows', () => {
    const result = added(withKernel(0, 1e-300), zeros, zeros);
    expect(result.verdict).toBe('fail');
    expect(result.parameters.kernel.maxOverAllowed).toBe(Number.MAX_VALUE);
  });

  it('equal numbers need no room', () => {
    expect(added(withKernel(3, 5), withKernel(3, 5), zeros).verdict).toBe('pass');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is a difference above every room', (value) => {
    const result = added(withKernel(8, value), zeros, ones);
    expect(result.verdict).toBe('fail');
    expect(result.parameters.kernel).toMatchObject({
      maxAbs: Number.MAX_VALUE,
      failedSteps: 1,
      worst: { index: [2, 2], left: null, right: 0 },
    });
  });

  it('no step is no pass, and the caller says what a step over the room makes of the verdict', () => {
    expect(new PairAgreement(title, 3).result('fail').verdict).toBe('inconclusive');
    const pair = new PairAgreement(title, 3);
    pair.add(withKernel(0, 3), zeros, ones, 1, { epoch: 1, sample: 0 });
    expect(pair.result('inconclusive').verdict).toBe('inconclusive');
  });
});

it('sides that are equal: nothing differs, and the place is the first', () => {
  const pair = new PairAgreement(title, 3);
  const step = pair.add(withKernel(3, 5), withKernel(3, 5), ones, 2, { epoch: 9, sample: 9 });
  const nothing = { maxAbs: 0, maxOverAllowed: 0 };
  expect(step).toEqual({ kernel: nothing, weight: nothing, bias: nothing });
  expect(pair.result('fail').parameters.kernel).toEqual({
    ...{ steps: 1, failedSteps: 0, maxAbs: 0, maxRel: 0, minCosine: 1, maxUlp: 0, maxOverAllowed: 0 },
    worst: { epoch: 1, sample: 0, index: [0, 0], left: 0, right: 0, allowed: 0 },
  });
});

it('steps are summed up: the worst of all, in its place', () => {
  const pair = new PairAgreement(title, 3);
  pair.add(withKernel(1, 0.5), zeros, ones, 1, { epoch: 1, sample: 1 });
  pair.add(withKernel(6, 3), withKernel(6, 1), ones, 1, { epoch: 2, sample: 2 });
  pair.add(withKernel(4, 1.25), zeros, ones, 1, { epoch: 3, sample: 3 });
  expect(pair.result('fail').parameters.kernel).toMatchObject({
    steps: 3,
    failedSteps: 2,
    maxAbs: 2,
    maxOverAllowed: 2,
    // 1.25 against 0.
    maxRel: 1,
    worst: { epoch: 2, sample: 2, index: [2, 0], left: 3, right: 1, allowed: 1 },
  });
});

it('the worst element of a step is the first of those that are furthest over', () => {
  const left = { ...zeros, kernel: new Float64Array(9).with(2, 1).with(3, 4).with(5, 4).with(7, 2) };
  const pair = new PairAgreement(title, 3);
  const step = pair.add(left, zeros, ones, 1, { epoch: 1, sample: 0 });
  expect(step.kernel).toEqual({ maxAbs: 4, maxOverAllowed: 4 });
  expect(pair.result('fail').parameters.kernel.worst).toMatchObject({ index: [1, 0], left: 4 });
});

it('the cosine is the least of the steps that have one', () => {
  const pair = new PairAgreement(title, 3);
  const place = { epoch: 1, sample: 0 };
  pair.add({ ...zeros, weight: [3, 4, 0, 0] }, { ...zeros, weight: [4, 3, 0, 0] }, ones, 1, place);
  pair.add({ ...zeros, weight: [1, 0, 0, 0] }, { ...zeros, weight: [2, 0, 0, 0] }, ones, 1, place);
  const { weight, bias } = pair.result('fail').parameters;
  expect(weight.minCosine).toBeCloseTo(24 / 25, 14);
  expect(bias.minCosine).toBeNull();
});

it('a difference in units in the last place: 1 and the next double', () => {
  const { kernel } = added(withKernel(0, 1 + 2 ** -52), withKernel(0, 1), ones).parameters;
  expect(kernel).toMatchObject({ maxUlp: 1, maxAbs: 2 ** -52 });
  expect(kernel.maxRel).toBeCloseTo(2 ** -52, 30);
});
