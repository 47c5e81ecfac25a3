// Tiles of the sum of a[pixel] b[pixel]^T over the pixels of `height` lines of `width`: `a` and `b` point at the first
// row and column of the tile, at the first pixel; the result is added to `out`. Each tile keeps its sums in registers.
// The rows of a pixel are `aRow` bytes apart if that is a parameter, else adjacent; its columns are always adjacent.
import { addLanesTo, addTo } from './lanes';

/** Four rows by eight columns. The first `skip` rows are left unchanged. */
export function tile4x8(
  a: usize,
  aRow: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
  outRow: usize,
  skip: i32,
): void {
  const twoRows = 2 * aRow;
  const threeRows = 3 * aRow;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      const b0 = v128.load(pb);
      const b1 = v128.load(pb, 16);
      let x = v128.load32_splat(pa);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(pa + aRow);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      x = v128.load32_splat(pa + twoRows);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(pa + threeRows);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  if (skip < 1) {
    addTo(out, s00);
    addTo(out + 16, s01);
  }
  out += outRow;
  if (skip < 2) {
    addTo(out, s10);
    addTo(out + 16, s11);
  }
  out += outRow;
  if (skip < 3) {
    addTo(out, s20);
    addTo(out + 16, s21);
  }
  out += outRow;
  addTo(out, s30);
  addTo(out + 16, s31);
}

/** Four rows by four columns, of which only `lanes` are added. The first `skip` rows are left unchanged. */
export function tile4x4(
  a: usize,
  aRow: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
  outRow: usize,
  skip: i32,
  lanes: v128,
): void {
  const twoRows = 2 * aRow;
  const threeRows = 3 * aRow;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      const b0 = v128.load(pb);
      s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(pa), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(pa + aRow), b0));
      s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(pa + twoRows), b0));
      s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(pa + threeRows), b0));
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  if (skip < 1) addLanesTo(out, s0, lanes);
  out += outRow;
  if (skip < 2) addLanesTo(out, s1, lanes);
  out += outRow;
  if (skip < 3) addLanesTo(out, s2, lanes);
  out += outRow;
  addLanesTo(out, s3, lanes);
}

/** One row by four columns, of which only `lanes` are added. */
export function tile1x4(
  a: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
  lanes: v128,
): void {
  let sum = f32x4.splat(0);
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(pa), v128.load(pb)));
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  addLanesTo(out, sum, lanes);
}

/** Sixteen rows by one column: the rows are the lanes. */
export function tile16x1(
  a: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
  outRow: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      const b0 = v128.load32_splat(pb);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(pa), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(pa, 16), b0));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(pa, 32), b0));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(pa, 48), b0));
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  addDown(out, outRow, s0, 0);
  addDown(out + 4 * outRow, outRow, s1, 0);
  addDown(out + 8 * outRow, outRow, s2, 0);
  addDown(out + 12 * outRow, outRow, s3, 0);
}

/** Four rows by one column: the rows are the lanes. The first `skip` rows are left unchanged. */
export function tile4x1(
  a: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
  outRow: usize,
  skip: i32,
): void {
  let sum = f32x4.splat(0);
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(pa), v128.load32_splat(pb)));
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  addDown(out, outRow, sum, skip);
}

/** One row by one column. */
export function tile1x1(
  a: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  bPixel: usize,
  height: i32,
  width: i32,
  out: usize,
): void {
  let sum: f32 = 0;
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      sum += load<f32>(pa) * load<f32>(pb);
      pa += aPixel;
      pb += bPixel;
    }
    a += aLine;
    b += bLine;
  }
  store<f32>(out, load<f32>(out) + sum);
}

/** Adds the lanes from `skip` on to four rows of one column. */
function addDown(out: usize, outRow: usize, values: v128, skip: i32): void {
  if (skip < 1) store<f32>(out, load<f32>(out) + f32x4.extract_lane(values, 0));
  out += outRow;
  if (skip < 2) store<f32>(out, load<f32>(out) + f32x4.extract_lane(values, 1));
  out += outRow;
  if (skip < 3) store<f32>(out, load<f32>(out) + f32x4.extract_lane(values, 2));
  out += outRow;
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(values, 3));
}
