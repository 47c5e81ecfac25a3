// The two sums over windows of an image that the reference and the error bounds are made of, in float64. Each sum adds
// its terms in the notebook's order, so that blocking changes no bit of a result.
import { IMAGE_PIXELS, IMAGE_SIDE } from '../data/images.ts';

/** Blocks read up to this many numbers beyond the last pixel; what they make of them is not stored. */
const PADDING = 6;

/** Buffer for one image. */
export const imageBuffer = (): Float64Array => new Float64Array(IMAGE_PIXELS + PADDING);

/** Copies the image pixels[offset .. offset + 255] into a buffer of imageBuffer. */
export function loadImage(image: Float64Array, pixels: Float32Array, offset: number): void {
  for (let at = 0; at < IMAGE_PIXELS; at++) image[at] = pixels[offset + at]!;
}

/**
 * sums[i,j] = sum over a,b of image[i+a, j+b] * kernel[a,b]
 *
 * image of imageBuffer, kernel [size,size], sums [side,side] with side = 17 - size
 */
export function correlate(image: Float64Array, kernel: Float64Array, size: number, sums: Float64Array): void {
  const side = IMAGE_SIDE - size + 1;
  for (let i = 0; i < side; i++) {
    // Six sums of a row at once, which need each pixel only once.
    for (let j = 0; j < side; j += 6) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      for (let a = 0; a < size; a++) {
        const row = (i + a) * IMAGE_SIDE + j;
        let p0 = image[row]!;
        let p1 = image[row + 1]!;
        let p2 = image[row + 2]!;
        let p3 = image[row + 3]!;
        let p4 = image[row + 4]!;
        for (let b = 0; b < size; b++) {
          const tap = kernel[a * size + b]!;
          const p5 = image[row + b + 5]!;
          s0 += p0 * tap;
          s1 += p1 * tap;
          s2 += p2 * tap;
          s3 += p3 * tap;
          s4 += p4 * tap;
          s5 += p5 * tap;
          p0 = p1;
          p1 = p2;
          p2 = p3;
          p3 = p4;
          p4 = p5;
        }
      }
      const at = i * side + j;
      sums[at] = s0;
      if (j + 1 < side) sums[at + 1] = s1;
      if (j + 2 < side) sums[at + 2] = s2;
      if (j + 3 < side) sums[at + 3] = s3;
      if (j + 4 < side) sums[at + 4] = s4;
      if (j + 5 < side) sums[at + 5] = s5;
    }
  }
}

/** Windows of an image, each with a factor. */
export class Windows {
  readonly #corners = new Int32Array(IMAGE_PIXELS);
  readonly #factors = new Float64Array(IMAGE_PIXELS);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Adds the window whose first pixel is (i, j). */
  add(i: number, j: number, factor: number): void {
    this.#corners[this.#count] = i * IMAGE_SIDE + j;
    this.#factors[this.#count] = factor;
    this.#count++;
  }

  /**
   * sums[a,b] = sum over the windows (i, j), in the order of their addition, of image[i+a, j+b] * factor
   *
   * image of imageBuffer, sums [size,size]
   */
  sum(image: Float64Array, size: number, sums: Float64Array): void {
    const corners = this.#corners;
    const factors = this.#factors;
    const count = this.#count;
    for (let a = 0; a < size; a++) {
      // Five sums at once: a row of the default kernel.
      for (let b = 0; b < size; b += 5) {
        const shift = a * IMAGE_SIDE + b;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        let s4 = 0;
        for (let at = 0; at < count; at++) {
          const first = corners[at]! + shift;
          const factor = factors[at]!;
          s0 += image[first]! * factor;
          s1 += image[first + 1]! * factor;
          s2 += image[first + 2]! * factor;
          s3 += image[first + 3]! * factor;
          s4 += image[first + 4]! * factor;
        }
        const tap = a * size + b;
        sums[tap] = s0;
        if (b + 1 < size) sums[tap + 1] = s1;
        if (b + 2 < size) sums[tap + 2] = s2;
        if (b + 3 < size) sums[tap + 3] = s3;
        if (b + 4 < size) sums[tap + 4] = s4;
      }
    }
  }
}
