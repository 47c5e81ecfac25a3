import { IMAGES, LIMIT, OUT_OF_RANGE, RECORD_BYTES, SAMPLES, SIDE, TRANSPOSED } from '../layout';
import { listOf, outputBytes } from './openList';

/** Pixels but 0 outside of [2^-50, 2^20] leave the range of the proof. */
const SMALLEST: f64 = 8.881784197001252e-16;
const LARGEST: f64 = 1048576;

/** From the image of every record: the transposed image, and the inverse norm of every patch. */
export function prepare(): void {
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    for (let i: usize = 0; i < 16; i++) {
      for (let j: usize = 0; j < 16; j++) {
        store<f32>(record + (((j << 4) + i) << 2), load<f32>(record + (((i << 4) + j) << 2)), TRANSPOSED);
      }
    }
    invertNorms(record);
    record += load<i32>(RECORD_BYTES);
  }
}

function invertNorms(record: usize): void {
  const side = <usize>load<i32>(SIDE);
  const width: usize = 17 - side;
  let to = listOf(record) + 2 * outputBytes();
  for (let i: usize = 0; i < width; i++) {
    for (let j: usize = 0; j < width; j++) {
      let sum: f64 = 0;
      for (let a: usize = 0; a < side; a++) {
        let pixel = record + (((i + a) << 6) + (j << 2));
        for (const end = pixel + (side << 2); pixel < end; pixel += 4) {
          const x = <f64>load<f32>(pixel);
          sum += x * x;
        }
      }
      // 2^-18 is more than float64 and the rounding of the quotient take away.
      store<f32>(to, sum === 0 ? 0 : <f32>((1 - 3.814697265625e-6) / Math.sqrt(sum)));
      to += 4;
    }
  }
}

/** Before the first step of a run: no image has a list, every output of a patch with a pixel may be open. */
export function begin(): void {
  const bytes = outputBytes();
  let record: usize = IMAGES;
  for (let sample = load<i32>(SAMPLES); sample > 0; sample--) {
    store<f64>(record, -1, LIMIT);
    const margins = listOf(record) + bytes;
    for (let at: usize = 0; at < bytes; at += 4) {
      store<f32>(margins + at, load<f32>(margins + bytes + at) === 0 ? Infinity : -1);
    }
    for (let pixel: usize = 0; pixel < 1024; pixel += 4) {
      const x = Math.abs(<f64>load<f32>(record + pixel));
      if (x !== 0 && !(x >= SMALLEST && x <= LARGEST)) store<i32>(OUT_OF_RANGE, 1);
    }
    record += load<i32>(RECORD_BYTES);
  }
}
