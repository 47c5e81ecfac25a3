import { lanesFrom } from './lanes';
import { tile1x1, tile1x4, tile4x1, tile4x4, tile4x8, tile16x1 } from './tiles';

/**
 * out [rows, columns] += the sum of a[pixel] b[pixel]^T over the pixels of `height` lines of `width`: a matrix product,
 * cut into tiles. Rows are `aRow` and `outRow` bytes apart, columns are adjacent.
 */
export function outerProducts(
  a: usize,
  aRow: usize,
  aLine: usize,
  aPixel: usize,
  rows: i32,
  b: usize,
  bLine: usize,
  bPixel: usize,
  columns: i32,
  height: i32,
  width: i32,
  out: usize,
  outRow: usize,
): void {
  let m = 0;
  if (columns >= 4 && rows >= 4) {
    for (; m + 8 <= columns; m += 8) {
      const b0 = b + ((<usize>m) << 2);
      const to = out + ((<usize>m) << 2);
      for (let r = 0; r < rows; r += 4) {
        // If fewer than four rows are left, the last four are taken, and those already done are skipped.
        const start = min(r, rows - 4);
        const a0 = a + aRow * start;
        tile4x8(
          a0,
          aRow,
          aLine,
          aPixel,
          b0,
          bLine,
          bPixel,
          height,
          width,
          to + outRow * start,
          outRow,
          r - start,
        );
      }
    }
    for (; m < columns; m += 4) {
      // The same for columns.
      const first = min(m, columns - 4);
      const lanes = lanesFrom(m - first);
      const b0 = b + ((<usize>first) << 2);
      const to = out + ((<usize>first) << 2);
      for (let r = 0; r < rows; r += 4) {
        const start = min(r, rows - 4);
        const a0 = a + aRow * start;
        const at = to + outRow * start;
        tile4x4(a0, aRow, aLine, aPixel, b0, bLine, bPixel, height, width, at, outRow, r - start, lanes);
      }
    }
    return;
  }
  if (columns >= 4) {
    for (; m < columns; m += 4) {
      const first = min(m, columns - 4);
      const lanes = lanesFrom(m - first);
      const b0 = b + ((<usize>first) << 2);
      const to = out + ((<usize>first) << 2);
      for (let r = 0; r < rows; r++) {
        tile1x4(a + aRow * r, aLine, aPixel, b0, bLine, bPixel, height, width, to + outRow * r, lanes);
      }
    }
    return;
  }
  for (; m < columns; m++) {
    const b0 = b + ((<usize>m) << 2);
    const to = out + ((<usize>m) << 2);
    let r = 0;
    // For few columns, adjacent rows are the lanes.
    if (aRow === 4 && rows >= 4) {
      for (; r + 16 <= rows; r += 16) {
        tile16x1(a + aRow * r, aLine, aPixel, b0, bLine, bPixel, height, width, to + outRow * r, outRow);
      }
      for (; r < rows; r += 4) {
        const start = min(r, rows - 4);
        const a0 = a + aRow * start;
        tile4x1(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + outRow * start, outRow, r - start);
      }
    }
    for (; r < rows; r++) {
      tile1x1(a + aRow * r, aLine, aPixel, b0, bLine, bPixel, height, width, to + outRow * r);
    }
  }
}
