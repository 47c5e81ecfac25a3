import { backend_util, type MaxPool3DGradAttrs, util } from '@tensorflow/tfjs-core';
import { ranges } from './cpu/windows.ts';

/**
 * The gradient of maxPool3d: dx[p] is the sum of the dy of the windows whose maximum is at p, the last one of equal
 * values.
 *
 * @param x [batch, inDepth, inHeight, inWidth, channels]
 * @param upstream dy [batch, outDepth, outHeight, outWidth, channels]
 */
export function maxPool3DGradient(
  x: ArrayLike<number>,
  upstream: ArrayLike<number>,
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: MaxPool3DGradAttrs,
): Float64Array {
  const volume = shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(volume, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inChannels: channels, inDepth, inHeight, inWidth } = info;
  // TensorFlow.js computes a negative padding where a stride is longer than the window.
  const [front, top, left] = [info.padInfo.front, info.padInfo.top, info.padInfo.left].map((pixels) =>
    Math.max(0, pixels),
  ) as [number, number, number];
  const depths = ranges(info.outDepth, info.strideDepth, front, info.filterDepth, inDepth);
  const rows = ranges(info.outHeight, info.strideHeight, top, info.filterHeight, inHeight);
  const columns = ranges(info.outWidth, info.strideWidth, left, info.filterWidth, inWidth);
  // Sums in double precision, like the other kernels of this backend.
  const sums = new Float64Array(util.sizeFromShape(shape));
  let from = 0;
  for (let n = 0; n < batchSize; n++) {
    for (const [d0, d1] of depths) {
      for (const [h0, h1] of rows) {
        for (const [w0, w1] of columns) {
          for (let c = 0; c < channels; c++) {
            let maximum = Number.NEGATIVE_INFINITY;
            let place = -1;
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = ((n * inDepth + d) * inHeight + h) * inWidth;
                for (let w = w0; w < w1; w++) {
                  const at = (row + w) * channels + c;
                  if (x[at]! >= maximum) {
                    maximum = x[at]!;
                    place = at;
                  }
                }
              }
            }
            const gradient = upstream[from++]!;
            if (place >= 0) sums[place]! += gradient;
          }
        }
      }
    }
  }
  return sums;
}
