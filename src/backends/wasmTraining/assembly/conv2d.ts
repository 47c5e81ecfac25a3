// dKernel[kh, kw, c, m] = sum over n, i, j of x[n, i s + kh, j s + kw, c] dy[n, i, j, m], x with its padding.
//
// For one kh and one output pixel (i, j), the numbers x[n, i s + kh, j s + (0 .. kw), (0 .. c)] lie side by side, and
// so do dy[n, i, j, (0 .. m)]: every pixel adds the outer product of the two to the rows (kw, c) and columns m of
// dKernel[kh]. A tile of that product stays in registers while a block of pixels passes by.
import { lanesFrom } from './lanes';
import { tile1x1, tile1x4, tile4x1, tile4x4, tile4x8, tile16x1 } from './tiles';

/** Bytes of x and dy in a block of pixels: it stays in the first cache, and keeps the partial sums short. */
const BLOCK: i32 = 32768;

/**
 * @param x [batch, xHeight, xWidth, channels], its padding included; it must hold every pixel that is reached
 * @param dy [batch, height, width, outChannels]
 * @param out dKernel, [kernelHeight, kernelWidth, channels, outChannels]
 */
export function conv2dFilterGradient(
  x: usize,
  xHeight: i32,
  xWidth: i32,
  channels: i32,
  dy: usize,
  batch: i32,
  height: i32,
  width: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  out: usize,
): void {
  const rows = kernelWidth * channels;
  const xRow = (<usize>(xWidth * channels)) << 2;
  const dyRow = (<usize>(width * outChannels)) << 2;
  const outSize = (<usize>(rows * outChannels)) << 2;
  memory.fill(out, 0, outSize * kernelHeight);
  const perBlock = max(1, BLOCK / <i32>(xRow * strideHeight + dyRow));
  for (let n = 0; n < batch; n++) {
    for (let first = 0; first < height; first += perBlock) {
      const count = min(perBlock, height - first);
      const b = dy + <usize>(n * height + first) * dyRow;
      for (let kh = 0; kh < kernelHeight; kh++) {
        outerProducts(
          x + <usize>(n * xHeight + first * strideHeight + kh) * xRow,
          xRow * strideHeight,
          (<usize>(strideWidth * channels)) << 2,
          rows,
          b,
          dyRow,
          outChannels,
          count,
          width,
          out + outSize * kh,
        );
      }
    }
  }
}

/** out [rows, columns] += the sum of a[pixel] b[pixel]^T over the pixels of `height` lines of `width`. */
function outerProducts(
  a: usize,
  aLine: usize,
  aPixel: usize,
  rows: i32,
  b: usize,
  bLine: usize,
  columns: i32,
  height: i32,
  width: i32,
  out: usize,
): void {
  const bPixel = (<usize>columns) << 2;
  let m = 0;
  if (columns < 4) {
    for (; m < columns; m++) {
      const b0 = b + ((<usize>m) << 2);
      const to = out + ((<usize>m) << 2);
      let r = 0;
      for (; r + 16 <= rows; r += 16) {
        const a0 = a + ((<usize>r) << 2);
        tile16x1(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * r, bPixel);
      }
      for (; r < rows; r += 4) {
        if (rows < 4) {
          for (; r < rows; r++) {
            tile1x1(a + ((<usize>r) << 2), aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * r);
          }
          break;
        }
        // Where fewer than four are left, the last four are taken, and those that were done are skipped.
        const start = min(r, rows - 4);
        const a0 = a + ((<usize>start) << 2);
        tile4x1(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * start, bPixel, r - start);
      }
    }
    return;
  }
  for (; m + 8 <= columns; m += 8) {
    const b0 = b + ((<usize>m) << 2);
    const to = out + ((<usize>m) << 2);
    if (rows < 4) {
      const all = lanesFrom(0);
      for (let r = 0; r < rows; r++) {
        const a0 = a + ((<usize>r) << 2);
        tile1x4(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * r, all);
        tile1x4(a0, aLine, aPixel, b0 + 16, bLine, bPixel, height, width, to + 16 + bPixel * r, all);
      }
      continue;
    }
    for (let r = 0; r < rows; r += 4) {
      const start = min(r, rows - 4);
      const a0 = a + ((<usize>start) << 2);
      tile4x8(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * start, bPixel, r - start);
    }
  }
  for (; m < columns; m += 4) {
    const first = min(m, columns - 4);
    const lanes = lanesFrom(m - first);
    const b0 = b + ((<usize>first) << 2);
    const to = out + ((<usize>first) << 2);
    if (rows < 4) {
      for (let r = 0; r < rows; r++) {
        const a0 = a + ((<usize>r) << 2);
        tile1x4(a0, aLine, aPixel, b0, bLine, bPixel, height, width, to + bPixel * r, lanes);
      }
      continue;
    }
    for (let r = 0; r < rows; r += 4) {
      const start = min(r, rows - 4);
      const a0 = a + ((<usize>start) << 2);
      tile4x4(
        a0,
        aLine,
        aPixel,
        b0,
        bLine,
        bPixel,
        height,
        width,
        to + bPixel * start,
        bPixel,
        r - start,
        lanes,
      );
    }
  }
}
