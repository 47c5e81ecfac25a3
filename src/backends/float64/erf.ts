/**
 * The error function in double precision, by Cody's rational Chebyshev approximations: W. J. Cody, Rational
 * Chebyshev Approximations for the Error Function, Mathematics of Computation 23 (1969), 631-637, tables II-IV
 * for n = 4, 8 and 5. Coefficients from the highest power down.
 */
const NEAR = {
  top: [0.185777706184603153, 3.1611237438705656, 113.864154151050156, 377.485237685302021, 3209.37758913846947],
  bottom: [1, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062],
};
const MIDDLE = {
  top: [
    2.15311535474403846e-8, 0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131,
    881.95222124176909, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725,
  ],
  bottom: [
    1, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
    4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
  ],
};
const FAR = {
  top: [
    1.63153871373020978e-2, 0.305326634961232344, 0.360344899949804439, 0.125781726111229246,
    1.60837851487422766e-2, 6.58749161529837803e-4,
  ],
  bottom: [
    1, 2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 6.05183413124413191e-2,
    2.33520497626869185e-3,
  ],
};

function rational({ top, bottom }: typeof NEAR, x: number): number {
  let numerator = 0;
  let denominator = 0;
  for (const coefficient of top) numerator = numerator * x + coefficient;
  for (const coefficient of bottom) denominator = denominator * x + coefficient;
  return numerator / denominator;
}

/** erf(x), within two units in the last place (test/backends/float64Kernels.test.ts). */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= 0.46875) return x * rational(NEAR, x * x);
  if (magnitude >= 6) return Math.sign(x);
  return Math.sign(x) * (1 - erfc(magnitude));
}

/** 1 - erf(x) for 0.46875 < x < 6; it is small there, so its own rounding errors hardly reach erf. */
function erfc(x: number): number {
  const decay = Math.exp(-x * x);
  if (x <= 4) return decay * rational(MIDDLE, x);
  const inverse = 1 / (x * x);
  return (decay / x) * (1 / Math.sqrt(Math.PI) - inverse * rational(FAR, inverse));
}
