/**
 * The error function in double precision, by Cody's rational Chebyshev approximations: W. J. Cody, Rational Chebyshev
 * Approximations for the Error Function, Mathematics of Computation 23 (1969), 631-637, tables II-IV for n = 4, 8 and
 * 5. Coefficients from the highest power down, rounded to doubles.
 */
const NEAR = {
  top: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  bottom: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};
const MIDDLE = {
  top: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  bottom: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};
const FAR = {
  top: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  bottom: [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
  ],
};

function rational({ top, bottom }: typeof NEAR, x: number): number {
  let numerator = 0;
  let denominator = 0;
  for (const coefficient of top) numerator = numerator * x + coefficient;
  for (const coefficient of bottom) denominator = denominator * x + coefficient;
  return numerator / denominator;
}

/** erf(x), within two units in the last place (test/tfjs/float64/kernels.test.ts). */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= 0.46875) return x * rational(NEAR, x * x);
  if (magnitude >= 6) return Math.sign(x);
  return Math.sign(x) * (1 - erfc(magnitude));
}

/** 1 - erf(x) for 0.46875 < x < 6; it is small there, so its rounding errors hardly affect erf. */
function erfc(x: number): number {
  const decay = Math.exp(-x * x);
  if (x <= 4) return decay * rational(MIDDLE, x);
  const inverse = 1 / (x * x);
  return (decay / x) * (1 / Math.sqrt(Math.PI) - inverse * rational(FAR, inverse));
}
