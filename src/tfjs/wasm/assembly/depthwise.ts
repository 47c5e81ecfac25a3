// A depthwise convolution has one filter for every channel of its output: once each channel of x is repeated for its
// outputs, channels are independent, and four are computed at a time. The callers pad channels to a multiple of four.
import { addTo } from './lanes';

/** The bytes of x and dy in a block of pixels: fits into the L1 cache, and keeps the partial sums short. */
const BLOCK: i32 = 32768;

/**
 * dKernel[kh, kw, c] = sum over n, i, j of x[n, i s + kh d, j s + kw d, c] dy[n, i, j, c], where x includes its
 * padding.
 *
 * @param x [batch, xHeight, xWidth, channels], its padding included; it must hold every pixel that is reached
 * @param dy [batch, height, width, channels]
 * @param out dKernel, [kernelHeight, kernelWidth, channels]
 */
export function depthwiseFilterGradient(
  x: usize,
  xHeight: i32,
  xWidth: i32,
  channels: i32,
  dy: usize,
  batch: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  out: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const xRow = pixel * xWidth;
  const dyRow = pixel * width;
  const tap = pixel * dilationWidth;
  memory.fill(out, 0, pixel * kernelHeight * kernelWidth);
  const perBlock = max(1, BLOCK / <i32>(xRow * strideHeight + dyRow));
  for (let n = 0; n < batch; n++) {
    for (let first = 0; first < height; first += perBlock) {
      const count = min(perBlock, height - first);
      const b = dy + <usize>(n * height + first) * dyRow;
      for (let kh = 0; kh < kernelHeight; kh++) {
        const a = x + <usize>(n * xHeight + first * strideHeight + kh * dilationHeight) * xRow;
        for (let c: usize = 0; c < pixel; c += 16) {
          let kw = 0;
          for (; kw < kernelWidth; kw += 3) {
            const at = a + c + tap * kw;
            const to = out + c + <usize>(kh * kernelWidth + kw) * pixel;
            if (kw + 3 <= kernelWidth) {
              threeTaps(
                at,
                tap,
                xRow * strideHeight,
                pixel * strideWidth,
                b + c,
                dyRow,
                pixel,
                count,
                width,
                to,
              );
              continue;
            }
            oneTap(at, xRow * strideHeight, pixel * strideWidth, b + c, dyRow, pixel, count, width, to);
            if (kw + 2 > kernelWidth) continue;
            oneTap(
              at + tap,
              xRow * strideHeight,
              pixel * strideWidth,
              b + c,
              dyRow,
              pixel,
              count,
              width,
              to + pixel,
            );
          }
        }
      }
    }
  }
}

/** Four channels of three adjacent taps in a row of the kernel, over `height` lines of `width` pixels. */
function threeTaps(
  a: usize,
  tap: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  pixel: usize,
  height: i32,
  width: i32,
  out: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      const dy = v128.load(pb);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(pa), dy));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(pa + tap), dy));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(pa + 2 * tap), dy));
      pa += aPixel;
      pb += pixel;
    }
    a += aLine;
    b += bLine;
  }
  addTo(out, s0);
  addTo(out + pixel, s1);
  addTo(out + 2 * pixel, s2);
}

/** Four channels of one tap of the kernel, over `height` lines of `width` pixels. */
function oneTap(
  a: usize,
  aLine: usize,
  aPixel: usize,
  b: usize,
  bLine: usize,
  pixel: usize,
  height: i32,
  width: i32,
  out: usize,
): void {
  let sum = f32x4.splat(0);
  for (let i = 0; i < height; i++) {
    let pa = a;
    let pb = b;
    for (let j = 0; j < width; j++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(pa), v128.load(pb)));
      pa += aPixel;
      pb += pixel;
    }
    a += aLine;
    b += bLine;
  }
  addTo(out, sum);
}

/**
 * dx[i s + kh d, j s + kw d, c] += kernel[kh, kw, c] dy[i, j, c], for one image, padding included.
 *
 * @param dy [height, width, channels]
 * @param kernel [kernelHeight, kernelWidth, channels]
 * @param out dx, [outHeight, outWidth, channels], its padding included; it must hold every pixel that is reached
 */
export function depthwiseInputGradient(
  dy: usize,
  height: i32,
  width: i32,
  channels: i32,
  kernel: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixel = (<usize>channels) << 2;
  memory.fill(out, 0, pixel * outHeight * outWidth);
  for (let i = 0; i < height; i++) {
    for (let kh = 0; kh < kernelHeight; kh++) {
      const line = out + <usize>((i * strideHeight + kh * dilationHeight) * outWidth) * pixel;
      for (let kw = 0; kw < kernelWidth; kw++) {
        const weights = kernel + <usize>(kh * kernelWidth + kw) * pixel;
        let from = dy + <usize>(i * width) * pixel;
        let to = line + <usize>(kw * dilationWidth) * pixel;
        for (let j = 0; j < width; j++) {
          for (let c: usize = 0; c < pixel; c += 16) {
            addTo(to + c, f32x4.mul(v128.load(from + c), v128.load(weights + c)));
          }
          from += pixel;
          to += pixel * strideWidth;
        }
      }
    }
  }
}
