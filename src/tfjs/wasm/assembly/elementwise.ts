/**
 * out [size] = a + b. A step is the distance in bytes between the numbers of an input: 4, or 0 for a single number that
 * is used for all.
 */
export function addFloat32(a: usize, aStep: usize, b: usize, bStep: usize, size: i32, out: usize): void {
  const end = (<usize>size) << 2;
  const fours = end & ~15;
  let k: usize = 0;
  for (; k < fours; k += 16) v128.store(out + k, f32x4.add(four(a, aStep, k), four(b, bStep, k)));
  for (; k < end; k += 4) store<f32>(out + k, one(a, aStep, k) + one(b, bStep, k));
}

/** out = a - b, as above. */
export function subtractFloat32(a: usize, aStep: usize, b: usize, bStep: usize, size: i32, out: usize): void {
  const end = (<usize>size) << 2;
  const fours = end & ~15;
  let k: usize = 0;
  for (; k < fours; k += 16) v128.store(out + k, f32x4.sub(four(a, aStep, k), four(b, bStep, k)));
  for (; k < end; k += 4) store<f32>(out + k, one(a, aStep, k) - one(b, bStep, k));
}

/** out = a b, as above. */
export function multiplyFloat32(a: usize, aStep: usize, b: usize, bStep: usize, size: i32, out: usize): void {
  const end = (<usize>size) << 2;
  const fours = end & ~15;
  let k: usize = 0;
  for (; k < fours; k += 16) v128.store(out + k, f32x4.mul(four(a, aStep, k), four(b, bStep, k)));
  for (; k < end; k += 4) store<f32>(out + k, one(a, aStep, k) * one(b, bStep, k));
}

/** Four numbers from byte `k` on, or the single number four times. */
function four(address: usize, step: usize, k: usize): v128 {
  return step ? v128.load(address + k) : v128.load32_splat(address);
}

function one(address: usize, step: usize, k: usize): f32 {
  return load<f32>(step ? address + k : address);
}
