import { describe, expect, it } from '@jest/globals';
import {
  type BasePoint,
  derivative,
  type Estimate,
  type Expectation,
  mergeFlips,
  NOT_CONVERGED,
} from '../../../src/gradcheck/numeric/differences.ts';

const NO_FLIPS = { total: 0, kernels: {}, places: [], diverged: false };
const H = 2 ** -3;
/** The derivative of a function with one output, at a fixed step unless `expectation` lets it move. */
const at = (
  f: (x: number) => number,
  noise = 0,
  dy = 1,
  expectation: Partial<Expectation> = {},
): Estimate => {
  const base: BasePoint = {
    output: Float64Array.of(f(0)),
    dy: Float64Array.of(dy),
    noise: Float64Array.of(noise),
  };
  const line = (offset: number) => ({
    values: Float64Array.of(f(offset)),
    offset,
    flips: NO_FLIPS,
    threw: null,
  });
  return derivative(line, base, H, {
    ...{ largest: 1, noise: 0, steps: [H, 0], expectsChange: true },
    ...expectation,
  });
};

describe('differences along a line', () => {
  it('x^5 at 0: D(h) = h^4, once extrapolated -h^4 / 4, twice 0; three times the change is the error', () => {
    const { value, difference, rounding } = at((x) => x ** 5);
    expect(value).toBeCloseTo(0, 16);
    expect(difference).toBeCloseTo(3 * (1 / 4 - 1 / 64) * H ** 4, 16);
    // 16 roundings of (h/4)^5 on either side, divided by h/2.
    expect(rounding / ((2 * 16 * 2 ** -53 * (H / 4) ** 5) / (H / 2))).toBeCloseTo(1, 12);
  });

  it('x + x^7 at 0: 1 + h^6 / 64', () => {
    // D(h) = 1 + h^6; extrapolated once, 1 - 5 h^6 / 16, and at half the step 1 - 5 h^6 / 1024
    expect(at((x) => x + x ** 7).value).toBeCloseTo(1 + H ** 6 / 64, 15);
  });

  it('x^2 + c |x| at 0 bends by 2 (h + c) at a step of h; it is a kink where a quarter of h leaves 0.6 of that', () => {
    // 2 (h / 4 + c) > 0.6 * 2 (h + c) where c > 0.875 h
    const bent = (c: number) => at((x) => x ** 2 + c * Math.abs(x));
    expect(bent(0)).toMatchObject({ bend: H / 2, undecided: null });
    expect(bent(0.87 * H).undecided).toBeNull();
    expect(bent(0.88 * H).undecided).toContain('the slopes left and right of x differ');
    // Noise n rounds by 4 n / h; a bend of 2 c is one where it is more than four times that.
    const noisy = (c: number) => at((x) => c * Math.abs(x), (0.025 * H) / 4);
    expect(noisy((0.1 + 1e-5) / 2).undecided).toBeNull();
    expect(noisy(0.0505).undecided).toContain('the slopes left and right of x differ');
    // Bends of 2 c at h, and of exactly 0.6 at h / 4
    const eased = (c: number) => at((x) => Math.abs(x) * (Math.abs(x) === H ? c : 0.3)).undecided;
    expect([eased(0.5), eased(0.49)]).toEqual([null, expect.stringContaining('left and right of x differ')]);
  });

  it('slopes to the left and right that grow apart at shorter steps do not converge, unless noise parts them', () => {
    // 0 but at a quarter of h, where the bend is 2 v / (h / 4): half of what decides by itself.
    const v = (0.5e-5 * H) / 8;
    const apart = (noise: number) => at((x) => (Math.abs(x) === H / 4 ? v : 0), noise).undecided;
    expect(apart(0)).toBe('the differences do not converge at any step');
    // Four times the rounding, 4 n / h, is 0.9 of the bend, and all of it.
    expect(apart((0.9 * 0.5e-5 * H) / 16)).toBe('the differences do not converge at any step');
    expect(apart((0.5e-5 * H) / 16)).toBeNull();
    // As bent at h, and not at half of it
    expect(at((x) => (Math.abs(x) === H / 2 ? 0 : 4e-6 * Math.abs(x))).undecided).toBeNull();
  });

  it('noise of the outputs to both sides counts, over the width of the shortest step', () => {
    expect(at((x) => x, 1e-6, -3).rounding).toBeCloseTo((2 * 3 * 1e-6) / (H / 2), 15);
  });

  it('the step shrinks for truncation, and not below what the gradient rounds', () => {
    // At h the change is 0.7 h^4.
    const free = { steps: [1e-9, 0] } as const;
    const curved = (x: number) => x + x ** 5;
    expect(at(curved, 0, 1, free).step).toBeLessThan(H / 2);
    // Of x^5 it is the same, and without rounding.
    expect(at((x) => x ** 5, 0, 1, { ...free, noise: 0.703125 * H ** 4 }).step).toBe(H);
    expect(at(curved, 0, 1, { ...free, noise: 0.69 * H ** 4 }).step).toBeLessThan(H);
  });

  it('the shortest step counts, and no shorter one; a derivative of 0 is looked for as well', () => {
    const curved = (x: number) => x + x ** 5;
    expect(at(curved, 0, 1, { steps: [H / 8, 0] }).step).toBe(H / 8);
    expect(at(curved, 0, 1, { steps: [H / 7.9, 0] }).step).toBe(H);
    expect(at((x) => x ** 5, 0, 1, { steps: [1e-9, 0] }).step).toBeLessThan(H / 8);
  });

  it('a step that is good enough is the only one', () => {
    let seen = 0;
    const linear = (x: number) => {
      seen++;
      return 2 * x;
    };
    // The base point, and two sides of three steps
    for (const steps of [
      [H, 0],
      [0, 0],
    ] as const) {
      // biome-ignore format: a table
      seen = 0;
      at(linear, 0, 1, { steps });
      expect(seen).toBe(7);
    }
  });

  it('the step grows for rounding, and not below what the gradient rounds', () => {
    // The rounding of both sides divided by h / 2 is 4e-7 / h.
    const free = { steps: [1e-9, 100] } as const;
    const linear = (x: number) => x;
    expect(at(linear, 1e-7, 1, free).step).toBeGreaterThan(H);
    expect(at(linear, 1e-7, 1, { ...free, noise: 4.1e-7 / H }).step).toBe(H);
    expect(at(linear, 1e-7, 1, { ...free, noise: 3.9e-7 / H }).step).toBeGreaterThan(H);
  });
});

it('terms that cancel leave the small ones between them', () => {
  const slopes = [1e17, 1, -1e17];
  const base = { output: new Float64Array(3), dy: Float64Array.of(1, 1, 1), noise: new Float64Array(3) };
  const line = (offset: number) => ({
    ...{ values: Float64Array.from(slopes, (slope) => slope * offset), offset, flips: NO_FLIPS, threw: null },
  });
  const { value } = derivative(line, base, H, {
    ...{ largest: 1, noise: 0, steps: [H, 0], expectsChange: true },
  });
  expect(value).toBe(1);
});

describe('what decides on the step', () => {
  it('one that is small is resolved beside the largest: to 1e-10 of 1e-6 of it', () => {
    // x + x^5: the error at h is 0.7 h^4.
    const of = (part: number) =>
      at((x) => x + x ** 5, 0, 1, { steps: [1e-9, 0], largest: (part * 0.703125 * H ** 4) / 1e-16 }).step;
    expect(of(1.01)).toBe(H);
    expect(of(0.99)).toBeLessThan(H);
  });

  it('beyond the scale of the element it counts where errors and bend are below a hundredth', () => {
    // 3 x + c x^2, which ends at 8 h: there the noise n of both sides is 4 n, and the bend 4 h c.
    const of = (noise: number, c = 0, scale = H) =>
      at((x) => (Math.abs(x) <= 8 * H ? 3 * x + c * x ** 2 : Number.NaN), noise, 1, { steps: [1e-9, scale] })
        .step;
    expect([of(0.03 / 4), of((1.01 * 0.03) / 4)]).toEqual([8 * H, H]);
    expect([of(1e-6, (0.99 * 0.03) / (4 * H)), of(1e-6, (1.01 * 0.03) / (4 * H))]).toEqual([8 * H, H]);
    expect([of((1.01 * 0.03) / 4, 0, 8 * H), of((1.01 * 0.03) / 4, 0, 7.9 * H)]).toEqual([8 * H, H]);
  });

  it('steps shrink until one is worse than one that decides, is good enough, or drowns in rounding', () => {
    // x, but for x (1 + a) at h and x (1 + b) at h / 8: their errors are a and b.
    const of = (a: number, b: number, noise = 0, largest = 1) => {
      const factor = new Map([[H, 1 + a], [H / 8, 1 + b]]); // biome-ignore format: a table
      return at((x) => x * (factor.get(Math.abs(x)) ?? 1), noise, 1, { steps: [1e-9, 0], largest }).step;
    };
    expect([of(2, 8), of(2e-7, 8e-7)]).toEqual([H / 64, H]);
    expect([of(2e-7, 1.1e-10), of(2e-7, 0.9e-10)]).toEqual([H / 64, H / 8]);
    // The derivative at h / 8 is 1 + b / 45, and its rounding 32 n / h.
    const drowned = (part: number, b: number, size: number) => of(200, b, (part * 1e-5 * size * H) / 32, 2);
    expect([drowned(1, 9, 2), drowned(1.01, 9, 2)]).toEqual([H / 64, H / 8]);
    expect([drowned(0.99, 90, 3), drowned(1.01, 90, 3)]).toEqual([H / 64, H / 8]);
  });

  it('an error of up to four times the rounding is noise, for which a step grows', () => {
    // The error at h is a, and the rounding 4 n / h.
    const a = 3 * 2 ** -19;
    const of = (part: number) =>
      at((x) => x * (Math.abs(x) === H ? 1 + a : 1), (part * a * H) / 16, 1, { steps: [1e-9, 100] }).step;
    expect([of(1) > H, of(0.99)]).toEqual([true, H]);
  });

  it('a step grows where the rounding is above 1e-6 of the derivative', () => {
    const of = (part: number) => at((x) => 4 * x, (part * 4e-6 * H) / 4, 1, { steps: [1e-9, 100] }).step;
    expect([of(1), of(1.01) > H]).toEqual([H, true]);
  });

  it('the order of convergence is told where the rounding is below both changes', () => {
    // x + x^3 at h: 1 + h^2, which changes by 3/4 and 3/16 of h^2; noise n rounds by 4 n / h.
    const of = (part: number) => at((x) => x + x ** 3, (part * 0.1875 * H ** 3) / 4).slope;
    expect([of(0), of(0.99), of(1)]).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9), null]);
    // Changes by 2^-10 and twice that
    const slopes = new Map([[H, 1 + 2 ** -10], [H / 4, 1 + 2 ** -9]]); // biome-ignore format: a table
    const apart = (part: number) =>
      at((x) => x * (slopes.get(Math.abs(x)) ?? 1), (part * 2 ** -10 * H) / 4).slope;
    expect([apart(0.99), apart(1)]).toEqual([-1, null]);
    expect([at((x) => x + x ** 5).slope, at(() => 0).slope]).toEqual([expect.closeTo(4, 9), null]);
  });

  it('an error above 1e-5 of the derivative and of the largest decides nothing', () => {
    // x + c x^5: the error at h is 0.7 c h^4.
    const of = (error: number, largest = 1) => {
      const c = error / (0.703125 * H ** 4);
      return at((x) => x + c * x ** 5, 0, 1, { largest }).undecided;
    };
    expect(of(0.99e-5)).toBeNull();
    expect(of(1.01e-5)).toBe('the error of the differences is too large');
    expect(of(1.98e-5, 2)).toBeNull();
  });

  it('nor does one above ten times what the gradient rounds, and above the rounding', () => {
    const a = 3 * 2 ** -15;
    const of = (noise: number, ofGradient: number) =>
      at((x) => x * (Math.abs(x) === H ? 1 + a : 1), noise, 1, { noise: ofGradient }).undecided;
    const large = 'the error of the differences is too large';
    expect([of(0, 0.1 * a), of(0, 0.099 * a)]).toEqual([null, large]);
    // Noise n rounds by 4 n / h.
    expect([of((a * H) / 4, 0), of((0.99 * a * H) / 4, 0)]).toEqual([null, large]);
  });

  it('one above a thousandth of the derivative and four times the rounding does not converge', () => {
    // The derivative is 4, and its error 4 a.
    const of = (a: number, noise = 0) =>
      at((x) => 4 * x * (Math.abs(x) === H ? 1 + a : 1), noise, 1, { largest: 1e6 }).undecided;
    expect([of(0.99e-3), of(1.01e-3)]).toEqual([null, NOT_CONVERGED]);
    expect([of(0.01, (1.01 * 0.01 * H) / 4), of(0.01, (0.99 * 0.01 * H) / 4)]).toEqual([null, NOT_CONVERGED]);
  });

  it('of steps that are equally bad the first stays; sixteen are tried', () => {
    expect(at((x) => x, Number.POSITIVE_INFINITY, 1, { steps: [H / 4096, 0] })).toMatchObject({
      ...{ step: H, undecided: 'the forward is noise here: nothing bounds its rounding' },
    });
    let seen = 0;
    const nowhere = () => {
      seen++;
      return Number.NaN;
    };
    expect(at(nowhere, 0, 1, { steps: [0, 0] }).undecided).toBe('the forward is not finite within x ± h');
    // The base point, and six points for each step
    expect(seen).toBe(1 + 16 * 6);
  });

  it.each([
    ['throws', { threw: 'too far' }, 'the forward throws within x ± h: too far'],
    [
      'branches',
      { flips: { ...NO_FLIPS, diverged: true } },
      'other kernels run within x ± h: the code branches there',
    ],
  ])('where forward %s at the longest of three it says so', (_name, found, reason) => {
    const base = { output: new Float64Array(1), dy: Float64Array.of(1), noise: new Float64Array(1) };
    const line = (offset: number) => ({
      ...{ values: Float64Array.of(offset), offset, flips: NO_FLIPS, threw: null },
      ...(offset === H ? found : {}),
    });
    const { undecided, flips } = derivative(line, base, H, {
      ...{ largest: 1, noise: 0, steps: [H, 0], expectsChange: true },
    });
    expect(undecided).toBe(reason);
    expect(flips.diverged).toBe('flips' in found);
    // A shorter step that decides is better, though its errors are the same.
    const free = { largest: 1, noise: 0, steps: [1e-9, 0], expectsChange: true } as const;
    expect(derivative(line, base, H, free)).toMatchObject({ step: H / 8, undecided: null });
  });

  it('a change that is lost in the rounding of every output is 0, give or take that', () => {
    const lost = (expectsChange: boolean) => at((x) => 1e20 + x, 1e6, 1, { expectsChange });
    expect(lost(true)).toMatchObject({ value: 0, rounding: (2 * 1e6) / (H / 2) });
    expect(lost(false)).toMatchObject({ value: 0, rounding: 0 });
  });
});

it('flips to either side are added, kernel by kernel', () => {
  const one = { total: 2, kernels: { Relu: 2 }, places: ['0:1', '0:2'], diverged: false };
  const other = { total: 4, kernels: { Relu: 1, Max: 3 }, places: ['0:5', '1:0'], diverged: true };
  expect(mergeFlips(one, other)).toEqual({
    total: 6,
    kernels: { Relu: 3, Max: 3 },
    places: ['0:1', '0:2', '0:5', '1:0'],
    diverged: true,
  });
  expect(mergeFlips(NO_FLIPS, one)).toEqual(one);
  expect(mergeFlips(one, NO_FLIPS)).toEqual(one);
  // A diverging path without a flip counts too.
  expect(mergeFlips({ ...NO_FLIPS, diverged: true }, one)).toEqual({ ...one, diverged: true });
});
