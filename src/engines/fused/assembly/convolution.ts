// The convolution on the outputs of a list, forward and backward, for kernels of any side.
import {
  CONV_OUT,
  GRADIENT,
  KERNEL,
  LANES,
  LISTED_WEIGHT,
  OPEN,
  OPEN_MAGNITUDE,
  OPEN_WEIGHT,
  PRODUCTS,
  ROW_VECTORS,
  SIDE,
  VECTOR_COUNT,
  VECTORS,
  WEIGHT,
} from '../layout';
import { backward5, multiply5 } from './convolution5';

/**
 * convOut of the outputs of a list, and of up to three more, so that they are a multiple of 4. Writes CONV_OUT,
 * LISTED_WEIGHT and OPEN_WEIGHT in the order of the list; returns flatOut . weight.
 */
export function forward(record: usize, list: usize, count: i32): f32 {
  count = (count + 3) & ~3;
  if (load<i32>(SIDE) === 5) multiply5(record, list, count);
  else multiply(record, list, count);
  const zero = f32x4.splat(0);
  let sum = zero;
  let open = zero;
  let magnitude = zero;
  const end = (<usize>count) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    // The lanes of four outputs, transposed and added up: the four outputs.
    const a = v128.load(at << 2, PRODUCTS);
    const b = v128.load(at << 2, PRODUCTS + 16);
    const c = v128.load(at << 2, PRODUCTS + 32);
    const d = v128.load(at << 2, PRODUCTS + 48);
    const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
    const convOut = f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
    let weight = v128.load32_zero(<usize>load<u16>(list + at), WEIGHT);
    weight = v128.load_lane<f32>(<usize>load<u16>(list + at, 4), weight, 1, WEIGHT);
    weight = v128.load_lane<f32>(<usize>load<u16>(list + at, 8), weight, 2, WEIGHT);
    weight = v128.load_lane<f32>(<usize>load<u16>(list + at, 12), weight, 3, WEIGHT);
    const isOpen = f32x4.gt(convOut, zero);
    const openWeight = v128.and(weight, isOpen);
    v128.store(at, convOut, CONV_OUT);
    v128.store(at, weight, LISTED_WEIGHT);
    v128.store(at, openWeight, OPEN_WEIGHT);
    // pmax hands a NaN on, as Math.max does.
    sum = f32x4.add(sum, f32x4.mul(weight, f32x4.pmax(convOut, zero)));
    open = i32x4.sub(open, isOpen);
    magnitude = f32x4.add(magnitude, f32x4.abs(openWeight));
  }
  store<i32>(
    OPEN,
    i32x4.extract_lane(open, 0) +
      i32x4.extract_lane(open, 1) +
      i32x4.extract_lane(open, 2) +
      i32x4.extract_lane(open, 3),
  );
  store<f32>(OPEN_MAGNITUDE, across(magnitude));
  return across(sum);
}

/** PRODUCTS of the outputs of a list: their patches times the kernel, added up in four lanes. */
function multiply(record: usize, list: usize, count: i32): void {
  const rows = (<usize>load<i32>(ROW_VECTORS)) << 4;
  const all = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  for (let entry = 0; entry < count; entry++) {
    let patch = record + <usize>load<u16>(list);
    let c = f32x4.splat(0);
    let v: usize = 0;
    for (; v < rows; v += 16) {
      c = f32x4.add(c, f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), v128.load(v, KERNEL)));
    }
    patch = record + <usize>load<u16>(list, 2);
    for (; v < all; v += 16) {
      c = f32x4.add(c, f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), v128.load(v, KERNEL)));
    }
    v128.store((<usize>entry) << 4, c, PRODUCTS);
    list += 4;
  }
}

/** One step of the kernel, from OPEN_WEIGHT: patch times weight, added up over the list, times dLogit and the rate. */
export function backward(record: usize, list: usize, count: i32, rate: f32): void {
  if (load<i32>(SIDE) === 5) {
    backward5(record, list, count, rate);
    return;
  }
  const rows = (<usize>load<i32>(ROW_VECTORS)) << 4;
  const all = (<usize>load<i32>(VECTOR_COUNT)) << 4;
  for (let v: usize = 0; v < all; v += 16) v128.store(v, f32x4.splat(0), GRADIENT);
  for (let entry = 0; entry < count; entry++) {
    const weight = v128.load32_splat((<usize>entry) << 2, OPEN_WEIGHT);
    let patch = record + <usize>load<u16>(list);
    let v: usize = 0;
    for (; v < rows; v += 16) {
      const product = f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), weight);
      v128.store(v, f32x4.add(v128.load(v, GRADIENT), product), GRADIENT);
    }
    patch = record + <usize>load<u16>(list, 2);
    for (; v < all; v += 16) {
      const product = f32x4.mul(v128.load(patch + load<u32>(v >> 2, VECTORS)), weight);
      v128.store(v, f32x4.add(v128.load(v, GRADIENT), product), GRADIENT);
    }
    list += 4;
  }
  const rates = f32x4.splat(rate);
  for (let v: usize = 0; v < all; v += 16) {
    // dKernel = dLogit * GRADIENT. Lanes that are no tap have gathered pixels from outside of the patch.
    const gradient = v128.and(v128.load(v, GRADIENT), v128.load(v, LANES));
    v128.store(v, f32x4.sub(v128.load(v, KERNEL), f32x4.mul(rates, gradient)), KERNEL);
  }
}

/** The sum of the lanes. */
export function across(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}
