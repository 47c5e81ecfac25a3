/** 1.5 * 2^52: adding it rounds to an integer, which then is in the low bits. */
const ROUNDER: f64 = 6755399441055744.0;
/** ln 2 in two parts, the first with zeros at its end so that its product with a small integer is exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/**
 * 1 / (1 + exp(-x)), rounded once to float32: exp by its Taylor series to the 8th power on [-ln 2 / 2, ln 2 / 2], which
 * is 2e-10 off at most. No tables, as those of AssemblyScript's Math.exp would lie in the memory.
 */
export function sigmoid(x: f32): f32 {
  // Beyond, the float32 result is 0 or 1 anyway, and exp would leave the range of the exponent below.
  let y = -(<f64>x);
  if (y > 120.0) y = 120.0;
  if (y < -120.0) y = -120.0;
  const rounded = y * Math.LOG2E + ROUNDER;
  const n = rounded - ROUNDER;
  const r = y - n * LN2_HIGH - n * LN2_LOW;
  const r2 = r * r;
  const r4 = r2 * r2;
  // 1 + r + r^2/2 + ... in pairs, so that they are computed side by side.
  const low = 1.0 + r + r2 * (0.5 + r * 0.16666666666666666);
  const high =
    0.041666666666666664 + r * 0.008333333333333333 + r2 * (0.001388888888888889 + r * 0.0001984126984126984);
  const mantissa = low + r4 * (high + r4 * 2.48015873015873e-5);
  const exp = reinterpret<f64>(reinterpret<i64>(mantissa) + (reinterpret<i64>(rounded) << 52));
  return <f32>(1.0 / (1.0 + exp));
}
