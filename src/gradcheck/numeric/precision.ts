// The precision policy of the checker: every step size and tolerance follows from here.
import { accumulatedRounding, type Precision } from '../../numerics/ieee.ts';

/** How finite differences are taken. */
export const DIFFERENCES = {
  /** Step over scale of the element. With the branches held, truncation is the only error of a large step. */
  step: 2 ** -9,
  /** The same where a flip within x ± h matters (kinks: skip, subgradient, error): 7.6e-6. */
  stepNearKinks: 2 ** -17,
  /** The step shrinks by this, or grows by its inverse, while an error is too large, at most so often. */
  shrink: 2 ** -3,
  attempts: 16,
  /** Steps that confirm an estimate are this part of the one before: no power of two, whose waves they would see. */
  confirm: 0.29,
  /** The shortest step, relative to the scale of the element: x + h keeps some digits of h. */
  shortest: 2 ** -42,
  /** An accused gradient so many times the differences is looked at once more, where rounding is a part of it. */
  steep: { times: 8, rounding: [1e-5, 1e-2] },
  /** Error estimates are multiplied by this. */
  safety: 3,
  /** Errors relative to the derivative, or to a part of the input's largest one, that need no other step. */
  goodEnough: { truncation: 1e-10, rounding: 1e-6, ofLargest: 1e-6 },
  /** A difference error up to so many times the rounding is noise of the function values, no truncation. */
  noiseRatio: 4,
  /** An error above this part of the value itself, and above the noise, is no convergence: sin at 1e9. */
  converged: 1e-3,
  /** An error above this part of the derivative and of the input's largest one decides nothing. */
  undecided: 1e-5,
} as const;

/** How the rounding noise of function values is measured. */
export const NOISE = {
  /** Roundings that the result of one kernel is reckoned to carry: its last places are changed by so many. */
  roundings: 16,
  runs: 4,
} as const;

/** No output of a function is less uncertain than this part of itself: the roundings of its last kernel. */
export const OWN_ROUNDING = accumulatedRounding(NOISE.roundings, 'float64');

/** When an agreement within a wide tolerance decides nothing. */
export const RESOLUTION = {
  /** Two gradients that differ by more than this part and their rounding, yet within the error of the differences. */
  apart: 1e-8,
  /** One gradient alone: an error above this part of it, where it is above that part of the largest element. */
  alone: 1e-2,
  matters: 1e-3,
  /** An error above this part of what a gradient is by its units. */
  noise: 1e-3,
  /** Single precision: rounding above this part of the largest gradient element hides it. */
  single: 0.1,
  /** A gradient below this part of what it is by its units may be one of a saturated function: a zero. */
  flat: 1e-10,
  /** So many times larger is the gradient of a saturated function halfway to 0, at least. */
  saturated: 10,
} as const;

/** How ties are looked into. */
export const TIES = {
  /** Step to either side, relative to the scale of an element: far below every other one. */
  aside: 2 ** -46,
  /** Where that does not part the winners of a tie: so many times farther, and at most as far as this. */
  wider: 2 ** 8,
  widest: 2 ** -22,
  /** Random moves of all elements at once. */
  directions: 8,
  /** More elements than these, in all or at ties, are not looked into. */
  elements: 1024,
  corners: 64,
  /** Pieces of one factor. */
  pieces: 64,
  /** Error of the slope of a piece, relative to the largest one. */
  slopes: 1e-7,
} as const;

/** The room that right gradients have beyond the errors of the differences. */
export const TOLERANCE = {
  float64: { rtol: 1e-9, atolOfLargest: 1e-14 },
  /** 2^-16 is 256 roundings in single precision. */
  float32: { rtol: 2 ** -16, atolOfLargest: 2 ** -16 },
} as const satisfies Record<Precision, { rtol: number; atolOfLargest: number }>;

/**
 * Two runs on the same inputs give the same values. In double precision that is exact; a float32 backend may add up
 * in another order each time (threads, GPUs), which is this much of the largest value.
 */
export const REPEATABLE = { float64: 0, float32: 2 ** -18 } as const satisfies Record<Precision, number>;

/** Doubling dy doubles a gradient exactly, but for values that reach the ends of the number range. */
export const CONTRACT_TOLERANCE = 1e-12;

/**
 * How closely an explanation must reproduce a wrong gradient to be offered: up to this part of each element's error,
 * of its value, and of the largest value.
 */
export const EXPLANATION = { ofError: 0.01, ofValue: 1e-9, ofLargest: 1e-13 } as const;

/** A factor this close to a well-known one is that one. */
export const FACTOR_TOLERANCE = 1e-7;

/** The power of two at or below |x| or the typical magnitude, whichever is larger. */
export function scaleOf(x: number, typical: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(Math.abs(x), typical)));
}
