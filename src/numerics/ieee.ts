/** An IEEE 754 format: of TensorFlow.js tensors, or of JavaScript numbers. */
export type Precision = 'float32' | 'float64';

/** u: the largest relative error of one rounding to nearest. Higham, Accuracy and Stability (2002), section 2.1. */
export const UNIT_ROUNDOFF = { float32: 2 ** -24, float64: 2 ** -53 } as const satisfies Record<
  Precision,
  number
>;

/** Digits of the significand, including the hidden one, and the exponent of the smallest normal number. */
const FORMAT = {
  float32: { digits: 24, minExponent: -126 },
  float64: { digits: 53, minExponent: -1022 },
} as const satisfies Record<Precision, { digits: number; minExponent: number }>;

/**
 * gamma_n = n u / (1 - n u): bounds the relative error of any chain of n roundings, and so the error of a sum of n
 * terms relative to the sum of their magnitudes, in any order of summation. Higham (2002), lemma 3.1.
 */
export function accumulatedRounding(n: number, precision: Precision): number {
  const nu = n * UNIT_ROUNDOFF[precision];
  return nu / (1 - nu);
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * The exponent in the bits of a float64: floor(log2 |x|), without the error of a logarithm just below powers of two.
 * -1023 for 0 and numbers below the smallest normal number, 1024 for numbers that are not finite.
 */
export function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint16(0) >> 4) & 0x7ff) - 1023;
}

/** 2^k for a whole k from -1074 to 1023. */
function powerOfTwo(k: number): number {
  if (k < -1022) return 2 ** k;
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The spacing of numbers of the given precision at |x| (one unit in the last place). */
export function unitInLastPlace(x: number, precision: Precision): number {
  const { digits, minExponent } = FORMAT[precision];
  const exponent = exponentOf(x);
  return exponent === 1024 ? Number.NaN : powerOfTwo(Math.max(exponent, minExponent) - digits + 1);
}

/** left - right| in units in the last place of the larger of the two; 0 if both are 0. */
export function ulpDistance(left: number, right: number, precision: Precision): number {
  if (left === right) return 0;
  return Math.abs(left - right) / unitInLastPlace(Math.max(Math.abs(left), Math.abs(right)), precision);
}
