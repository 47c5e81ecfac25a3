// A convolution in two dimensions is one in three with a depth of 1. Both gradients are products of matrices.
import { outerProducts } from './outerProducts';

/** The bytes of x and dy in a block of pixels: fits into the L1 cache, and keeps the partial sums short. */
const BLOCK: i32 = 32768;

/**
 * dKernel[kd, kh, kw, c, m] = sum over n, d, i, j of x[n, d s + kd, i s + kh, j s + kw, c] dy[n, d, i, j, m], where x
 * includes its padding.
 *
 * For one kd, kh and one output pixel (d, i, j), the numbers x[n, .., j s + (0 .. kw), (0 .. c)] are adjacent, and so
 * are dy[n, d, i, j, (0 .. m)]: every pixel adds the outer product of the two to the rows (kw, c) and the columns m.
 *
 * @param x [batch, xDepth, xHeight, xWidth, channels], its padding included; it must hold every pixel that is reached
 * @param dy [batch, depth, height, width, outChannels]
 * @param out dKernel, [kernelDepth, kernelHeight, kernelWidth, channels, outChannels]
 */
export function convFilterGradient(
  x: usize,
  xDepth: i32,
  xHeight: i32,
  xWidth: i32,
  channels: i32,
  dy: usize,
  batch: i32,
  depth: i32,
  height: i32,
  width: i32,
  outChannels: i32,
  kernelDepth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  out: usize,
): void {
  const rows = kernelWidth * channels;
  const xRow = (<usize>(xWidth * channels)) << 2;
  const dyRow = (<usize>(width * outChannels)) << 2;
  const outRow = (<usize>outChannels) << 2;
  memory.fill(out, 0, outRow * rows * kernelDepth * kernelHeight);
  const perBlock = max(1, BLOCK / <i32>(xRow * strideHeight + dyRow));
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < depth; d++) {
      for (let first = 0; first < height; first += perBlock) {
        const count = min(perBlock, height - first);
        const b = dy + <usize>((n * depth + d) * height + first) * dyRow;
        for (let kd = 0; kd < kernelDepth; kd++) {
          const image = n * xDepth + d * strideDepth + kd;
          for (let kh = 0; kh < kernelHeight; kh++) {
            outerProducts(
              x + <usize>(image * xHeight + first * strideHeight + kh) * xRow,
              4,
              xRow * strideHeight,
              (<usize>(strideWidth * channels)) << 2,
              rows,
              b,
              dyRow,
              outRow,
              outChannels,
              count,
              width,
              out + outRow * rows * (kd * kernelHeight + kh),
              outRow,
            );
          }
        }
      }
    }
  }
}

/**
 * dx[d s + kd, i s + kh, j s + kw, c] += the sum over m of dy[d, i, j, m] kernel[kd, kh, kw, m, c], for one image,
 * padding included. For one tap of the kernel and one line of dy that is a matrix product, pixels by m by c.
 *
 * @param dy [depth, height, width, outChannels]
 * @param kernel [kernelDepth, kernelHeight, kernelWidth, outChannels, channels]: transposed
 * @param out dx, [xDepth, xHeight, xWidth, channels], its padding included; it must hold every pixel that is reached
 */
export function convInputGradient(
  dy: usize,
  depth: i32,
  height: i32,
  width: i32,
  outChannels: i32,
  kernel: usize,
  kernelDepth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDepth: i32,
  strideHeight: i32,
  strideWidth: i32,
  out: usize,
  xDepth: i32,
  xHeight: i32,
  xWidth: i32,
  channels: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const dyPixel = (<usize>outChannels) << 2;
  memory.fill(out, 0, pixel * xDepth * xHeight * xWidth);
  for (let d = 0; d < depth; d++) {
    for (let i = 0; i < height; i++) {
      const line = dy + <usize>((d * height + i) * width) * dyPixel;
      for (let kd = 0; kd < kernelDepth; kd++) {
        for (let kh = 0; kh < kernelHeight; kh++) {
          const row = (d * strideDepth + kd) * xHeight + i * strideHeight + kh;
          const tap = (kd * kernelHeight + kh) * kernelWidth;
          for (let kw = 0; kw < kernelWidth; kw++) {
            outerProducts(
              line,
              dyPixel,
              0,
              4,
              width,
              kernel + <usize>(tap + kw) * pixel * outChannels,
              0,
              pixel,
              channels,
              1,
              outChannels,
              out + <usize>(row * xWidth + kw) * pixel,
              pixel * strideWidth,
            );
          }
        }
      }
    }
  }
}

/** out [count, columns, outRows] from x [count, rows, columns]: transposes each matrix and fills its rows up with 0. */
export function transposed(x: usize, count: i32, rows: i32, columns: i32, out: usize, outRows: i32): void {
  memory.fill(out, 0, (<usize>count * columns * outRows) << 2);
  for (let k = 0; k < count; k++) {
    for (let r = 0; r < rows; r++) {
      let to = out + ((<usize>(k * columns * outRows + r)) << 2);
      for (let c = 0; c < columns; c++) {
        store<f32>(to, load<f32>(x));
        x += 4;
        to += (<usize>outRows) << 2;
      }
    }
  }
}
