// The convolution on the fours of a list, forward and backward, for kernels of any side.
import { CONV_OUT, GRADIENT, KERNEL, OPEN_WEIGHT, SIDE, TRANSPOSED, WEIGHT } from '../layout';
import { backward5, forward5 } from './convolution5';

/**
 * convOut of the outputs of a list. Writes CONV_OUT and OPEN_WEIGHT in the order of the list; returns flatOut . weight.
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
      for (const last = pixels + (side << 6); pixels < last; pixels += 64) {
        convOut = f32x4.add(convOut, f32x4.mul(v128.load(pixels), v128.load32_splat(tap, KERNEL)));
        tap += 4;
      }
    }
    // Lanes in rows that are none have gathered pixels from anywhere.
    const row = i32x4.add(i32x4.splat((<i32>column >> 2) & 15), i32x4(0, 1, 2, 3));
    convOut = v128.and(convOut, i32x4.lt_s(row, rows));
    const weight = v128.load(column, WEIGHT - TRANSPOSED);
    const isOpen = f32x4.gt(convOut, zero);
    v128.store(at, convOut, CONV_OUT);
    v128.store(at, v128.and(weight, isOpen), OPEN_WEIGHT);
    // pmax hands a NaN on, as Math.max does.
    sum = f32x4.add(sum, f32x4.mul(weight, f32x4.pmax(convOut, zero)));
    list += 4;
  }
  return across(sum);
}

/** One step of the kernel, from OPEN_WEIGHT: patch times weight, added up over the list, times dLogit and the rate. */
export function backward(record: usize, list: usize, count: i32, rate: f32): void {
  if (load<i32>(SIDE) === 5) {
    backward5(record, list, count, rate);
    return;
  }
  const side = <usize>load<i32>(SIDE);
  const end = (<usize>count) << 4;
  memory.fill(GRADIENT, 0, (side * side) << 4);
  for (let at: usize = 0; at < end; at += 16) {
    const weight = v128.load(at, OPEN_WEIGHT);
    const patch = record + <usize>load<u16>(list, 2);
    let tap: usize = 0;
    for (let a: usize = 0; a < side; a++) {
      let pixels = patch + (a << 2);
      for (const last = pixels + (side << 6); pixels < last; pixels += 64) {
        v128.store(tap, f32x4.add(v128.load(tap, GRADIENT), f32x4.mul(v128.load(pixels), weight)), GRADIENT);
        tap += 16;
      }
    }
    list += 4;
  }
  // dKernel = dLogit * (the sums above)
  const taps = (side * side) << 2;
  for (let tap: usize = 0; tap < taps; tap += 4) {
    store<f32>(tap, load<f32>(tap, KERNEL) - rate * across(v128.load(tap << 2, GRADIENT)), KERNEL);
  }
}

/** The sum of the lanes. */
export function across(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}

/** The sums of the lanes of four vectors. */
export function acrossFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}
