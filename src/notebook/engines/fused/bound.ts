import { accumulatedRounding } from '../../../numerics/ieee.ts';

// Why an output that is not evaluated is closed, and why skipping it changes nothing.
//
// x is the patch of an output, K the kernel, c = x . K exactly, c^ as the fused engine computes it in float32, |.| the
// Euclidean norm, u = 2^-24. R is the kernel at the time when the image's list was made.
//
// 1. c^ is made of n products and n - 1 sums, in any order (n taps; sums with lanes that hold 0 are exact), so each
//    product is off by a factor of (1 + e), |e| <= gamma = n u / (1 - n u): Higham, Accuracy and Stability (2002),
//    lemma 3.1. Products may underflow, each by 2^-150 at most; sums do not. With at most 225 products, and
//    Cauchy-Schwarz on sum |x_i||K_i|,
//      |c^ - c| <= gamma |x||K| + 2^-141.
// 2. c(K) - c(R) = x . (K - R) <= |x||K - R|, again by Cauchy-Schwarz.
// 3. So, as |K| <= |R| + |K - R|,
//      c^(K) <= c(K) + gamma |x||K| + 2^-141
//            <= c(R) + |x||K - R| + gamma |x||K| + 2^-141
//            <= c^(R) + |x||K - R| + gamma |x| (|K| + |R|) + 2^-140
//            <= c^(R) + |x| ((1 + gamma) |K - R| + 2 gamma |R|) + 2^-140,
//    and c^(K) <= 0, so that ReLU is closed, wherever
//      (1 + gamma) |K - R| <= margin = (-c^(R) - 2^-140) / |x| - 2 gamma |R|.
// 4. level(t) never falls as t grows: it is the exponent of t, clamped. The list sorts the fours of outputs by the
//    level of their smallest margin^2 / |R|^2, with level 0 if a margin is not above 0. At a distance d = (1 + gamma)
//    |K - R|, every four is evaluated whose level is not above that of d^2 / |R|^2: in all others margin > d. From
//    LEVELS on the list is not used.
//
// The computed bound stays on the safe side of this:
// - squaredDistance: no difference goes through more than n + 5 roundings, its own and those of its square and the
//   sums, so the sum is at least (1 - gamma_(n+5)) of its square; `stretch` makes up for it, for (1 + gamma)^2 and for
//   the product in float64, and 2^-139 < 1e-42 for squares that underflow. Likewise squaredNorm, for |R|.
// - SCALE, about 1 / |R|^2, is the same number in both levels, so it need not be exact. margin^2 is exact in float64;
//   the factor it is multiplied by is rounded down by 1e-15, which is more than the three roundings on both sides.
// - inverseNorm <= 1 / |x|: a square goes through 31 roundings at most, of which the root takes half, and the quotient
//   and the root are rounded: together less than 18 u, and 2^-18 = 64 u are taken off. With pixels in the range below,
//   it neither underflows nor overflows.
// - margin: -c^(R) times inverseNorm rounds twice, the difference and its product twice, and each time 2^-22, four
//   units of rounding, is taken off. That lowers values above 0; the others are listed anyway. The slack is rounded up,
//   and the 1e-21 in it is more than 2^-140 times the largest inverse norm, 2^50, and than the loss by underflow.
// - A patch that is all zeros has c^ = 0: it is closed for every kernel.
// - A NaN compares as false, and every comparison is written so that the output is then listed, or everything
//   evaluated.
//
// All this needs numbers that do not overflow. Pixels that are not 0 have magnitudes within [2^-50, 2^20], |R| < 1e9,
// and no list is used beyond a distance of 1.5 |R|, so |K| < 3e9 and no pre-activation exceeds 2^56; the learning rate
// is at most 2^20, and weights and bias, at most 2^60 at first, grow by less than 2^77 a step. If one of these fails,
// OUT_OF_RANGE is set, and from then on everything is evaluated at every step, so that a number that is not finite
// reaches the logit.
//
// A closed output adds 0 to the logit, to the gradient of the kernel and to its weight, and 0 changes no sum. Sums are
// taken in the order of the list, whether or not the rest is evaluated after it (`dense`): the results are
// bit-identical.

/** The constants used to compute the bound. */
export interface Bound {
  /** A computed sum of squares times this is at least (1 + gamma)^2 times the exact one. */
  readonly stretch: number;
  /** 2 gamma */
  readonly slack: number;
}

/** For a kernel of side 1..15. */
export function boundOf(side: number): Bound {
  const gamma = accumulatedRounding(side ** 2, 'float32');
  const ofSquares = accumulatedRounding(side ** 2 + 5, 'float32');
  return { stretch: ((1 + gamma) ** 2 / (1 - ofSquares)) * (1 + 2 ** -40), slack: 2 * gamma };
}
