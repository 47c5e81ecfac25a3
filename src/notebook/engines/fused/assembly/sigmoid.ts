/** 1.5 * 2^52: adding it rounds to an integer, which is then in the low bits. */
const ROUNDER: f64 = 6755399441055744.0;
/** ln(2)^k / k!, the coefficients of the series of 2^f. */
const C1: f64 = Math.LN2;
const C2: f64 = 0.24022650695910072;
const C3: f64 = 0.05550410866482158;
const C4: f64 = 0.009618129107628477;
const C5: f64 = 0.0013333558146428443;
const C6: f64 = 0.00015403530393381609;
const C7: f64 = 0.00001525273380405984;
const C8: f64 = 0.0000013215486790144307;

/**
 * 1 / (1 + exp(-x)), rounded once to float32: exp(-x) = 2^n 2^f, with 2^f by its Taylor series up to the 8th power on
 * [-1/2, 1/2], whose error is at most 2e-10. It needs no tables, which AssemblyScript's Math.exp would place in the
 * memory.
 */
export function sigmoid(x: f32): f32 {
  let y = -Math.LOG2E * x;
  // Beyond this the float32 result is 0 or 1 anyway, and 2^n would overflow the exponent.
  if (y > 180.0) y = 180.0;
  if (y < -180.0) y = -180.0;
  const rounded = y + ROUNDER;
  const f = y - (rounded - ROUNDER);
  const f2 = f * f;
  const f4 = f2 * f2;
  // In pairs, so that they are computed in parallel.
  const low = 1.0 + f * C1 + f2 * (C2 + f * C3);
  const high = C4 + f * C5 + f2 * (C6 + f * C7);
  const mantissa = low + f4 * (high + f4 * C8);
  const exp = reinterpret<f64>(reinterpret<i64>(mantissa) + (reinterpret<i64>(rounded) << 52));
  return <f32>(1.0 / (1.0 + exp));
}
