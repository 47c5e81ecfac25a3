import { describe, expect, it } from '@jest/globals';
import { type Gradients, InputTally, KinkTally } from '../../../src/gradcheck/numeric/elements.ts';
import type { Input } from '../../../src/gradcheck/spec/readInput.ts';
import type { ElementResult } from '../../../src/gradcheck/types.ts';

const input: Input = {
  ...{ name: 'x', shape: [4, 5], size: 20, dtype: 'float32', values: new Float64Array(20) },
  ...{ constant: false, variable: null },
};
const tallied = (...elements: Partial<ElementResult>[]) => {
  const tally = new InputTally(input, {} as Gradients);
  for (const [flat, given] of elements.entries()) tally.add(flat, element(given));
  return tally;
};
const element = ({ tolerance, ...given }: Partial<ElementResult>): ElementResult => ({
  ...{ index: [0], status: 'pass', yours: 1, autodiff: 1, numeric: 1, step: 1, distance: 0.5 },
  ...{ oddOneOut: null, flips: 0, atTie: false, subgradient: null, ulps: null, slope: 2, note: null },
  tolerance: tolerance ?? { rtol: 0, difference: 0, rounding: 0, relative: 0, absolute: 1, total: 1 },
  ...given,
});
const wrong = (distance: number, oddOneOut: ElementResult['oddOneOut'] = 'yours') =>
  ({ status: 'wrong', distance, oddOneOut }) as const;
const undecided = (distance: number) => ({ status: 'undecided', distance }) as const;

describe('the elements of an input', () => {
  it('are counted; one that is skipped was not checked', () => {
    const tally = tallied(
      { numeric: 7 },
      { status: 'skipped', distance: 9 },
      { distance: 0.25 },
      { numeric: null },
    );
    expect(tally.result()).toMatchObject({
      ...{ shape: [4, 5], size: 20, status: 'pass', checked: 3, skipped: 1, undecided: 0, wrong: 0 },
      ...{ directions: 0, maxDistance: 0.5, failures: [], maxUlps: null, worst: { distance: 0.5 } },
    });
    expect([...tally.numeric.subarray(0, 5)]).toEqual([7, Number.NaN, 1, Number.NaN, Number.NaN]);
  });

  it.each<[string, Partial<ElementResult>[], string]>([
    ['none', [], 'inconclusive'],
    ['skipped ones only', [{ status: 'skipped' }], 'inconclusive'],
    ['one that passes', [{}], 'pass'],
    ['one that is undecided', [{}, undecided(0.5)], 'inconclusive'],
    ['one that is wrong', [{}, undecided(0.5), wrong(2)], 'fail'],
  ])('%s', (_name, elements, status) => expect(tallied(...elements).result().status).toBe(status));

  it('a distance that is not a number is further than every other, before and after', () => {
    for (const elements of [
      [undecided(Number.NaN), {}],
      [{}, undecided(Number.NaN)],
    ])
      expect(tallied(...elements).result().maxDistance).toBeNaN();
  });

  it('the difference at one that is undecided is not known', () => {
    expect([...tallied(undecided(1), {}).numeric.subarray(0, 2)]).toEqual([Number.NaN, 1]);
  });

  it('the ten worst of the wrong ones are kept, the worst first', () => {
    const tally = tallied({}, ...Array.from({ length: 12 }, (_, i) => wrong(2 + ((i * 5) % 12))));
    expect(tally.result().failures.map(({ distance }) => distance)).toEqual([
      13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
    ]);
    expect(tally.result()).toMatchObject({ wrong: 12, checked: 13, worst: { distance: 13 } });
    expect(tally.wrong).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it.each<[string, Partial<ElementResult>[], Partial<ElementResult>]>([
    [
      'a wrong one before an undecided one further off',
      [wrong(2), undecided(Number.POSITIVE_INFINITY)],
      wrong(2),
    ],
    ['an undecided one before one that passes', [{ distance: 0.9 }, undecided(0.1)], undecided(0.1)],
    ['the further of two', [{ distance: 0.1 }, { distance: 0.9 }, { distance: 0.5 }], { distance: 0.9 }],
    ['the first of equals', [{ note: 'first' }, { note: 'second' }], { note: 'first' }],
    [
      'one infinitely far off',
      [wrong(1e9), wrong(Number.POSITIVE_INFINITY)],
      wrong(Number.POSITIVE_INFINITY),
    ],
  ])('the worst is %s', (_name, elements, worst) => {
    for (const order of [elements, ...(elements[0]!.note === undefined ? [elements.toReversed()] : [])])
      expect(tallied(...order).result().worst).toMatchObject(worst);
  });

  it.each<[ElementResult['oddOneOut'], boolean, boolean]>([
    ['yours', true, false],
    ['tf autodiff', false, true],
    ['numeric', true, true],
    [null, true, true],
  ])('the odd one out %s: yours blamed %s, autodiff %s', (side, yours, autodiff) => {
    const tally = tallied({}, wrong(2, side));
    expect([tally.blames('yours'), tally.blames('tf autodiff')]).toEqual([yours, autodiff]);
    expect(tallied({}, undecided(1)).blames('yours')).toBe(false);
  });
});

it('directions count like elements', () => {
  const tally = tallied();
  tally.addDirection(true);
  expect(tally.result()).toMatchObject({ status: 'pass', directions: 1, undecided: 0, checked: 0 });
  tally.addDirection(false);
  expect(tally.result()).toMatchObject({ status: 'inconclusive', directions: 2, undecided: 1 });
});

it('flips are counted by kernel, over elements that have any; skipped elements apart', () => {
  const kinks = new KinkTally();
  const flips = (kernels: Record<string, number>, skipped: boolean) => {
    const total = Object.values(kernels).reduce((sum, count) => sum + count, 0);
    kinks.add({ flips: { total, kernels, places: [], diverged: false } } as never, skipped);
  };
  flips({}, false);
  flips({ Relu: 2, Abs: 1 }, false);
  flips({ Relu: 4 }, true);
  flips({}, true);
  const ties = { elements: 1, of: 3, conventionIsSubgradient: null };
  expect(kinks.counts('skip', ties)).toEqual({
    ...{ ties, policy: 'skip', elements: 2, flips: 7, skipped: 2, kernels: { Relu: 6, Abs: 1 } },
  });
});
