// The convolution on the listed fours, forward and backward, for kernels of any side.
import { CONV_OUT, KERNEL, OPEN_WEIGHT, SIDE, TRANSPOSED, WEIGHT } from '../layout';
import { backward5, forward5 } from './convolution5';
import { across, acrossFour } from './lanes';

/**
 * Computes convOut of the outputs in a list. Writes CONV_OUT and OPEN_WEIGHT in the order of the list; returns flatOut
 * . weight.
 */
export function forward(record: usize, list: usize, count: i32): f32 {
  if (load<i32>(SIDE) === 5) return forward5(record, list, count);
  const side = <usize>load<i32>(SIDE);
  const zero = f32x4.splat(0);
  const rows = i32x4.splat(17 - load<i32>(SIDE));
  let sum = zero;
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    const column = <usize>load<u16>(list, 2);
    let convOut = zero;
    let tap: usize = 0;
    for (let a: usize = 0; a < side; a++) {
      let pixels = record + column + (a << 2);
      // Each row has its own sum, which shortens the dependency chain.
      let ofRow = zero;
      for (const last = pixels + (side << 6); pixels < last; pixels += 64) {
        ofRow = f32x4.add(ofRow, f32x4.mul(v128.load(pixels), v128.load32_splat(tap, KERNEL)));
        tap += 4;
      }
      convOut = f32x4.add(convOut, ofRow);
    }
    // Lanes beyond the last row hold arbitrary pixels.
    const row = i32x4.add(i32x4.splat((<i32>column >> 2) & 15), i32x4(0, 1, 2, 3));
    convOut = v128.and(convOut, i32x4.lt_s(row, rows));
    const weight = v128.load(column, WEIGHT - TRANSPOSED);
    const isOpen = f32x4.gt(convOut, zero);
    v128.store(at, convOut, CONV_OUT);
    v128.store(at, v128.and(weight, isOpen), OPEN_WEIGHT);
    // pmax propagates NaN, as Math.max does.
    sum = f32x4.add(sum, f32x4.mul(weight, f32x4.pmax(convOut, zero)));
    list += 4;
  }
  return across(sum);
}

/**
 * Updates the kernel by one step, from OPEN_WEIGHT: the sum over the list of patch times weight, times dLogit and the
 * rate.
 */
export function backward(record: usize, list: usize, count: i32, rate: f32): void {
  if (count === 0) return;
  if (load<i32>(SIDE) === 5) {
    backward5(record, list, count, rate);
    return;
  }
  const end = (load<i32>(SIDE) * load<i32>(SIDE)) << 2;
  const rates = f32x4.splat(rate);
  let first: usize = 0;
  for (let tap: usize = 0; tap < <usize>end; tap += 16) {
    const second = nextTap(first);
    const third = nextTap(second);
    const fourth = nextTap(third);
    let dKernel = gradientOf(record, list, count, first, second, third, fourth);
    // The last vector holds only one tap.
    if (tap + 4 === <usize>end) dKernel = v128.and(dKernel, i32x4(-1, 0, 0, 0));
    // dKernel = dLogit * (the sums of gradientOf)
    v128.store(tap, f32x4.sub(v128.load(tap, KERNEL), f32x4.mul(rates, dKernel)), KERNEL);
    first = nextTap(fourth);
  }
}

/** The offset in a transposed patch of the tap that follows the one at offset `place`, row by row. */
function nextTap(place: usize): usize {
  const next = place + 64;
  return next >> 6 < <usize>load<i32>(SIDE) ? next : (next & 63) + 4;
}

/** The sum over the list of patch times OPEN_WEIGHT, for four taps. */
function gradientOf(
  record: usize,
  list: usize,
  count: i32,
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
): v128 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = (<usize>count) << 4;
  for (let at: usize = 0; at < end; at += 16) {
    const weight = v128.load(at, OPEN_WEIGHT);
    const patch = record + <usize>load<u16>(list, 2);
    a = f32x4.add(a, f32x4.mul(v128.load(patch + first), weight));
    b = f32x4.add(b, f32x4.mul(v128.load(patch + second), weight));
    c = f32x4.add(c, f32x4.mul(v128.load(patch + third), weight));
    d = f32x4.add(d, f32x4.mul(v128.load(patch + fourth), weight));
    list += 4;
  }
  return acrossFour(a, b, c, d);
}
