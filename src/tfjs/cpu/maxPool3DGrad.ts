import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend_util,
  type KernelFunc,
  type MaxPool3DGradAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { ranges } from './windows.ts';

/**
 * The gradient of maxPool3d: dx[p] is the sum of the dy of the windows whose maximum is at p, of equal values the
 * last. The cpu backend's own mistakes the height of a window for its width as it notes where the maximum is.
 *
 * input [batch, inDepth, inHeight, inWidth, channels], dy [batch, outDepth, outHeight, outWidth, channels].
 */
export const maxPool3DGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPool3DGradAttrs;
  const cpu = backend as MathBackendCPU;
  const x = cpu.data.get(input.dataId).values as Float32Array;
  const upstream = cpu.data.get(dy.dataId).values as Float32Array;
  const shape = input.shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inChannels: channels, inDepth, inHeight, inWidth } = info;
  const depths = ranges(info.outDepth, info.strideDepth, info.padInfo.front, info.filterDepth, inDepth);
  const rows = ranges(info.outHeight, info.strideHeight, info.padInfo.top, info.filterHeight, inHeight);
  const columns = ranges(info.outWidth, info.strideWidth, info.padInfo.left, info.filterWidth, inWidth);
  // Sums in double precision, as the other kernels of this backend have them.
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
  return cpu.makeTensorInfo(input.shape, 'float32', new Float32Array(sums));
};
