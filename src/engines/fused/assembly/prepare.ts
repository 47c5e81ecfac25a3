import {
  IMAGES,
  LARGEST_PIXEL,
  LIMIT,
  NOT_EMPTY,
  OUT_OF_RANGE,
  PRODUCTS,
  RECORD_BYTES,
  SAMPLES,
  SIDE,
  TRANSPOSED,
} from '../layout';
import { inverseNormsOf, orderOf } from './openList';

/** Pixels but 0 outside of [2^-50, 2^20] are out of the range of the proof. */
const SMALLEST: f32 = 8.881784197001252e-16;
const LARGEST: f32 = 1048576;

/** What a record holds besides the image and its label, but for what `begin` sets. */
export function prepare(): void {
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    transpose(record);
    orderOutputs(record);
    record += load<i32>(RECORD_BYTES);
  }
}

function transpose(record: usize): void {
  let largest: f32 = 0;
  for (let i: usize = 0; i < 64; i += 4) {
    for (let j: usize = 0; j < 64; j += 4) {
      const x = load<f32>(record + (i << 4) + j);
      store<f32>(record + (j << 4) + i, x, TRANSPOSED);
      const magnitude = Mathf.abs(x);
      if (x !== 0 && !(magnitude >= SMALLEST && magnitude <= LARGEST)) store<i32>(OUT_OF_RANGE, 1);
      if (magnitude > largest) largest = magnitude;
    }
  }
  store<f32>(record, largest, LARGEST_PIXEL);
}

/** The order of the outputs and the inverse norms of their patches. */
function orderOutputs(record: usize): void {
  const side = <usize>load<i32>(SIDE);
  const width: usize = 17 - side;
  // Squares added up along the rows: f64 [16][width] in PRODUCTS.
  for (let i: usize = 0; i < 16; i++) {
    for (let j: usize = 0; j < width; j++) {
      let sum: f64 = 0;
      for (let b: usize = 0; b < side; b++) {
        const x = <f64>load<f32>(record + (i << 6) + ((j + b) << 2));
        sum += x * x;
      }
      store<f64>((i * width + j) << 3, sum, PRODUCTS);
    }
  }
  const order = orderOf(record);
  const inverseNorms = inverseNormsOf(record);
  let front = order;
  let back = inverseNorms - 4;
  for (let i: usize = 0; i < width; i++) {
    for (let j: usize = 0; j < width; j++) {
      let sum: f64 = 0;
      for (let a: usize = 0; a < side; a++) sum += load<f64>(((i + a) * width + j) << 3, PRODUCTS);
      const first = ((<u32>i) << 6) + ((<u32>j) << 2);
      const entry = first | ((TRANSPOSED + ((<u32>j) << 6) + ((<u32>i) << 2)) << 16);
      if (sum === 0) {
        store<u32>(back, entry);
        store<f32>(back + (inverseNorms - order), 0);
        back -= 4;
      } else {
        store<u32>(front, entry);
        // 2^-18 is more than what float64 and the rounding of the quotient add.
        store<f32>(front + (inverseNorms - order), <f32>((1 - 3.814697265625e-6) / Math.sqrt(sum)));
        front += 4;
      }
    }
  }
  // Whole vectors: there is a multiple of 4 outputs in all.
  store<i32>(record, ((<i32>(front - order) >> 2) + 3) & ~3, NOT_EMPTY);
}

/** Before the first step of a run: no image has a list. */
export function begin(): void {
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    store<f64>(record, 0, LIMIT);
    record += load<i32>(RECORD_BYTES);
  }
}
