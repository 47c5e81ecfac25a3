// The precision policy of the checker: every step size and tolerance is defined here.
import { accumulatedRounding, type Precision } from '../../numerics/ieee.ts';

/** How finite differences are taken. */
export const DIFFERENCES = {
  /** Step divided by the scale of the element. With branches held, truncation is the only error of a large step. */
  step: 2 ** -9,
  /** The same if a flip within x ± h matters (kinks: skip, subgradient, error): 7.6e-6. */
  stepNearKinks: 2 ** -17,
  /** While an error is too large, the step shrinks by this factor or grows by its inverse, at most `attempts` times. */
  shrink: 2 ** -3,
  attempts: 16,
  /** Each step that confirms an estimate is this part of the one before; not a power of two, to avoid aliasing. */
  confirm: 0.29,
  /** The shortest step, relative to the scale of the element: x + h keeps some digits of h. */
  shortest: 2 ** -42,
  /**
   * A gradient more than `times` as large as the differences is examined again, at a shorter step where the rounding is
   * one of these parts of that gradient.
   */
  steep: { times: 8, rounding: [1e-5, 1e-2] },
  /** Safety factor of error estimates. */
  safety: 3,
  /** Errors small enough to stop at this step, relative to the derivative or to a part of the input's largest one. */
  goodEnough: { truncation: 1e-10, rounding: 1e-6, ofLargest: 1e-6 },
  /** A difference error up to this many times the rounding is noise of the function values, not truncation. */
  noiseRatio: 4,
  /** If the error is above this part of the value and above the noise, the differences do not converge: sin at 1e9. */
  converged: 1e-3,
  /** With an error above this part of the derivative and of the input's largest one, the element is undecided. */
  undecided: 1e-5,
} as const;

/** How the rounding noise of function values is measured. */
export const NOISE = {
  /** The number of roundings assumed in the result of one kernel; its last places are changed by this many. */
  roundings: 16,
  runs: 4,
} as const;

/** The least relative uncertainty of a function's output: the roundings of its last kernel. */
export const OWN_ROUNDING = accumulatedRounding(NOISE.roundings, 'float64');

/** When an agreement within a wide tolerance decides nothing. */
export const RESOLUTION = {
  /** Two gradients that differ by more than this part plus their rounding, but by less than the differences' error. */
  apart: 1e-8,
  /** An error above `alone` times a gradient that is itself above `matters` times the largest element. */
  alone: 1e-2,
  matters: 1e-3,
  /** An error above this part of the size of gradient that units suggest. */
  noise: 1e-3,
  /** Single precision: rounding above this part of the largest gradient element. */
  single: 0.1,
  /** Below this part of the size that units suggest, the gradient of a saturated function is checked as a zero. */
  flat: 1e-10,
  /** The gradient of a saturated function is at least this many times larger halfway to 0. */
  saturated: 10,
} as const;

/** How ties are examined. */
export const TIES = {
  /** Step to either side, relative to the scale of an element; far shorter than every other step. */
  aside: 2 ** -46,
  /** If that step does not separate the winners of a tie, it grows by the factor `wider`, at most to `widest`. */
  wider: 2 ** 8,
  widest: 2 ** -22,
  /** The number of random moves of all elements at once. */
  directions: 8,
  /** Ties are not resolved with more elements than this in all, or more than `corners` at ties. */
  elements: 1024,
  corners: 64,
  /** The largest number of pieces in one factor. */
  pieces: 64,
  /** Error of the slope of a piece, relative to the largest slope. */
  slopes: 1e-7,
} as const;

/** The tolerance for right gradients beyond the errors of the differences. */
export const TOLERANCE = {
  float64: { rtol: 1e-9, atolOfLargest: 1e-14 },
  /** 2^-16 is 256 roundings in single precision. */
  float32: { rtol: 2 ** -16, atolOfLargest: 2 ** -16 },
} as const satisfies Record<Precision, { rtol: number; atolOfLargest: number }>;

/**
 * Allowed difference of two runs on the same inputs, relative to the largest value. In double precision the runs must
 * be equal; a float32 backend may add in another order each time (threads, GPUs).
 */
export const REPEATABLE = { float64: 0, float32: 2 ** -18 } as const satisfies Record<Precision, number>;

/** Doubling dy doubles a gradient exactly, except for values near the limits of the number range. */
export const CONTRACT_TOLERANCE = 1e-12;

/**
 * How closely an explanation must reproduce a wrong gradient to be offered: within these parts of each element's error,
 * of its value, and of the largest value.
 */
export const EXPLANATION = { ofError: 0.01, ofValue: 1e-9, ofLargest: 1e-13 } as const;

/** A factor this close to a well-known one, relatively, counts as that one. */
export const FACTOR_TOLERANCE = 1e-7;

/** The power of two at or below |x| or the typical magnitude, whichever is larger. */
export function scaleOf(x: number, typical: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(Math.abs(x), typical)));
}
