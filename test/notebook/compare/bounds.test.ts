import { beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorModel } from '../../../src/notebook/compare/bounds.ts';
import type { ReferenceActivations } from '../../../src/notebook/engines/reference.ts';

const U = 2 ** -24;
/** Higham's gamma for float32. */
const gamma = (n: number): number => (n * U) / (1 - n * U);

/**
 * A kernel of side 15 on an image of side 16 has 2x2 outputs. Only its upper left tap is not 0 but 2; three pixels are
 * not 0, so every sum is one product. The first ReLU is open, the second closed, the third has only zeros in its
 * window, and the fourth is closed by less than the rounding of its sum.
 */
const kernel = new Float64Array(225);
kernel[0] = 2;
const weight = Float64Array.of(1, 10, 100, -4);
const BEFORE = 32;
const pixels = new Float32Array(BEFORE + 256);
const put = (row: number, column: number, value: number): void => {
  pixels[BEFORE + 16 * row + column] = value;
};
put(0, 0, 3);
put(0, 1, -1);
put(1, 1, 5);
const activations = {
  convOut: Float64Array.of(6, -2, 0, -1e-12),
  flatOut: Float64Array.of(6, 0, 0, 0),
} as ReferenceActivations;
const LOGIT_ERROR = gamma(225) * (6 * 1 + 10 * 4) + gamma(5) * (0.5 + 6 * 1);

const near = (found: ArrayLike<number>, at: number, expected: number): void => {
  expect(Math.abs(found[at]! - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
};

let model: ErrorModel;
beforeEach(() => {
  model = new ErrorModel(15, 'float32');
  model.measure({ kernel, weight, bias: 0.5 } as never, pixels, BEFORE, activations);
});

it('the slope is the gradient of the logit by the kernel, over open ReLUs', () => {
  expect([model.slope[0], model.slope[1], model.slope[16]]).toEqual([3, -1, 5]);
  expect(model.slope.filter((value) => value !== 0)).toHaveLength(3);
  expect(model.slope).toHaveLength(225);
});

it('the error of the logit: of the pre-activations carried on, and of the sum over weights and bias', () => {
  near([model.logitError], 0, LOGIT_ERROR);
});

it('the terms are of the last sample only', () => {
  const brighter = pixels.with(BEFORE, 7);
  model.measure({ kernel, weight, bias: 0.5 } as never, brighter, BEFORE, activations);
  near([model.logitError], 0, gamma(225) * (14 * 1 + 10 * 4) + gamma(5) * (0.5 + 6 * 1));
  expect(model.slope[0]).toBe(7);
  model.measure({ kernel, weight, bias: 0.5 } as never, pixels, BEFORE, activations);
  near([model.logitError], 0, LOGIT_ERROR);
  expect(model.slope[0]).toBe(3);
});

it('a pre-activation of 1/2 is open', () => {
  const [convOut, flatOut] = [Float64Array.of(0.5, -2, 0, -2), Float64Array.of(0.5, 0, 0, 0)];
  const at = { ...activations, convOut, flatOut };
  model.measure({ kernel, weight, bias: 0.5 } as never, pixels, BEFORE, at);
  expect(model.slope[0]).toBe(3);
  near(model.dRelu({ weight } as never, at, -0.5, 0), 0, 0.5 * gamma(2));
});

it('an output counts once, the first of a row too', () => {
  const [convOut, flatOut] = [Float64Array.of(-1, -1, 6, -1), Float64Array.of(0, 0, 6, 0)];
  model.measure({ kernel, weight, bias: 0.5 } as never, pixels, BEFORE, { ...activations, convOut, flatOut });
  near([model.logitError], 0, gamma(5) * (0.5 + 6 * 100));
});

describe('the error of dLogit', () => {
  const slope = (logit: number): number => Math.exp(-logit) / (1 + Math.exp(-logit)) ** 2;

  it('with the forward pass in common: one rounding of the prediction', () => {
    expect(model.dLogitError(2, true)).toBe(2 ** -23);
    expect(new ErrorModel(15, 'float64').dLogitError(2, true)).toBe(2 ** -52);
  });

  it.each([2, -2])('else also the error of the logit %d, where sigmoid is steepest within it', (logit) => {
    near([model.dLogitError(logit, false)], 0, slope(2 - LOGIT_ERROR) * LOGIT_ERROR + 2 ** -23);
  });

  it('a logit within its error of 0 may be 0, where the slope is 1/4', () => {
    near([model.dLogitError(LOGIT_ERROR / 2, false)], 0, LOGIT_ERROR / 4 + 2 ** -23);
  });
});

describe('the bounds of the gradients', () => {
  const error = 0.001;
  const size = 0.5 + error;

  it('with no forward pass in common', () => {
    const bounds = model.bounds(activations, -0.5, error, false);
    expect([...bounds.bias]).toEqual([error]);
    expect(bounds.kernel).toHaveLength(225);
    const ofFive = new ErrorModel(5, 'float32').bounds({ flatOut: [] } as never, 0, 0, true);
    expect(ofFive.weight).toHaveLength(144);
    near(bounds.weight, 0, 6 * (error + size * gamma(2)) + size * gamma(225) * 6);
    expect([bounds.weight[1], bounds.weight[2]]).toEqual([0, 0]);
    // Rounding may open the fourth ReLU, so its whole contribution is allowed.
    near(bounds.weight, 3, size * gamma(225) * 10);
    near(bounds.kernel, 0, 3 * error + size * (gamma(6) * (3 + 5 * 4) + 5 * 4));
    near(bounds.kernel, 1, 1 * error + size * gamma(6) * 1);
    near(bounds.kernel, 16, 5 * error + size * gamma(6) * 5);
    expect(bounds.kernel[2]).toBe(0);
  });

  it('with the same pre-activations on both sides no ReLU is open to doubt', () => {
    const bounds = model.bounds(activations, -0.5, error, true);
    near(bounds.weight, 0, 6 * (error + size * gamma(2)));
    expect(bounds.weight[3]).toBe(0);
    near(bounds.kernel, 0, 3 * error + size * gamma(6) * (3 + 5 * 4));
  });

  it('a pre-activation as large as its rounding may be of the other sign, a larger one may not', () => {
    for (const [part, allowed, allowedOfRelu] of [
      [1, size * gamma(225) * 10, size * 4 * (1 + gamma(2))],
      [1 + 2 ** -50, 0, 0],
    ] as const) {
      const convOut = Float64Array.of(6, -2, 0, -part * gamma(225) * 10);
      model.measure({ kernel, weight, bias: 0.5 } as never, pixels, BEFORE, { ...activations, convOut });
      near(model.bounds(activations, -0.5, error, false).weight, 3, allowed);
      near(model.dRelu({ weight } as never, { ...activations, convOut }, -0.5, error), 3, allowedOfRelu);
    }
  });

  it('dRelu: the product with the weight; all of it where the ReLU may be on either side', () => {
    const bounds = model.dRelu({ weight } as never, activations, -0.5, error);
    near(bounds, 0, 1 * (error + size * gamma(2)));
    expect([bounds[1], bounds[2]]).toEqual([0, 0]);
    near(bounds, 3, size * 4 * (1 + gamma(2)));
  });
});
