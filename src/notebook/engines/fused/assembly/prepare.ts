import {
  FOURS,
  IMAGES,
  LARGEST_PIXEL,
  NOT_EMPTY,
  OUT_OF_RANGE,
  PRODUCTS,
  RECORD_BYTES,
  SAMPLES,
  SCALE,
  SIDE,
  TRANSPOSED,
} from '../layout';
import { inverseNormsOf, orderOf } from './openList';

/** Pixels that are not 0 and lie outside [2^-50, 2^20] are out of the range of the proof. */
const SMALLEST: f32 = 8.881784197001252e-16;
const LARGEST: f32 = 1048576;
/** 1 - 2^-18, which is a larger reduction than rounding can add. */
const ONE_DOWN: f32 = 1 - 3.814697265625e-6;

/** Fills in a record, except for the image, its label, and the fields that `begin` sets. */
export function prepare(): void {
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    transpose(record);
    orderFours(record);
    record += load<i32>(RECORD_BYTES);
  }
}

/** Fills TRANSPOSED in blocks of 4 x 4, and LARGEST_PIXEL; sets OUT_OF_RANGE if a pixel is out of range. */
function transpose(record: usize): void {
  const smallest = f32x4.splat(SMALLEST);
  const largest = f32x4.splat(LARGEST);
  const zero = f32x4.splat(0);
  let most = zero;
  let outOfRange = zero;
  for (let i: usize = 0; i < 1024; i += 256) {
    for (let j: usize = 0; j < 64; j += 16) {
      const from = record + i + j;
      const to = record + (j << 4) + (i >> 4);
      const a = v128.load(from);
      const b = v128.load(from, 64);
      const c = v128.load(from, 128);
      const d = v128.load(from, 192);
      const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const lower = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const higher = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<i32>(low, lower, 0, 1, 4, 5), TRANSPOSED);
      v128.store(to, v128.shuffle<i32>(low, lower, 2, 3, 6, 7), TRANSPOSED + 64);
      v128.store(to, v128.shuffle<i32>(high, higher, 0, 1, 4, 5), TRANSPOSED + 128);
      v128.store(to, v128.shuffle<i32>(high, higher, 2, 3, 6, 7), TRANSPOSED + 192);
    }
  }
  for (let at: usize = 0; at < 1024; at += 16) {
    const magnitude = f32x4.abs(v128.load(record + at));
    // NaN is not within the range.
    const within = v128.and(f32x4.ge(magnitude, smallest), f32x4.le(magnitude, largest));
    outOfRange = v128.or(outOfRange, v128.andnot(f32x4.ne(magnitude, zero), within));
    most = f32x4.pmax(most, magnitude);
  }
  if (v128.any_true(outOfRange)) store<i32>(OUT_OF_RANGE, 1);
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
  store<f32>(record, f32x4.extract_lane(most, 0), LARGEST_PIXEL);
}

/** Fills in the order of the fours and the inverse norms of their patches. */
function orderFours(record: usize): void {
  const side = <usize>load<i32>(SIDE);
  const width: usize = 17 - side;
  // Column sums of squares: f32 [16][16], transposed as the image is, in PRODUCTS.
  for (let j: usize = 0; j < 16; j++) {
    for (let i: usize = 0; i < width; i += 4) {
      let sum = f32x4.splat(0);
      for (let a: usize = 0; a < side; a++) {
        const x = v128.load(record + (j << 6) + ((i + a) << 2), TRANSPOSED);
        sum = f32x4.add(sum, f32x4.mul(x, x));
      }
      v128.store((j << 6) + (i << 2), sum, PRODUCTS);
    }
  }
  const order = orderOf(record);
  const inverseNorms = inverseNormsOf(record);
  const zero = f32x4.splat(0);
  const rows = i32x4.splat(<i32>width);
  let front: usize = 0;
  let back = (<usize>load<i32>(FOURS)) << 2;
  for (let j: usize = 0; j < width; j++) {
    for (let i: usize = 0; i < width; i += 4) {
      let sum = zero;
      for (let b: usize = 0; b < side; b++) {
        sum = f32x4.add(sum, v128.load(((j + b) << 6) + (i << 2), PRODUCTS));
      }
      const isRow = i32x4.lt_s(i32x4.add(i32x4.splat(<i32>i), i32x4(0, 1, 2, 3)), rows);
      const hasInk = v128.and(isRow, f32x4.ne(sum, zero));
      const inverseNorm = v128.and(hasInk, f32x4.div(f32x4.splat(ONE_DOWN), f32x4.sqrt(sum)));
      let at = front;
      if (v128.any_true(hasInk)) {
        front += 4;
      } else {
        back -= 4;
        at = back;
      }
      const first = ((<u32>i) << 6) + ((<u32>j) << 2);
      store<u32>(order + at, first | ((TRANSPOSED + ((<u32>j) << 6) + ((<u32>i) << 2)) << 16));
      v128.store(inverseNorms + (at << 2), inverseNorm);
    }
  }
  store<i32>(record, <i32>front >> 2, NOT_EMPTY);
}

/** Resets the state before the first step of a run: no image has a list. */
export function begin(): void {
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    store<f64>(record, Infinity, SCALE);
    record += load<i32>(RECORD_BYTES);
  }
}
