import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type AvgPool3DGradAttrs,
  type AvgPoolGradAttrs,
  backend_util,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { ranges } from './windows.ts';

/**
 * avgPool of x [batch, inHeight, inWidth, channels]: only the part of a window inside the image counts, and the average
 * of no pixels is 0, as in avgPool3d. The shipped cpu kernel returns NaN for windows without a pixel, and returns x for
 * windows of one pixel whose output has x's shape, even where strides and padding move them.
 */
export const avgPool: KernelFunc = ({ inputs, backend, attrs }) => {
  const x = inputs.x as TensorInfo;
  const cpu = backend as MathBackendCPU;
  const values = cpu.data.get(x.dataId).values as Float32Array;
  const info = windowsOf(x.shape, attrs as unknown as AvgPoolGradAttrs & AvgPool3DGradAttrs);
  const { batchSize, inChannels: channels, inHeight, inWidth, rows, columns, outShape } = info;
  const dtype = x.dtype as 'float32' | 'int32';
  const averages = util.getTypedArrayFromDType(dtype, util.sizeFromShape(outShape));
  let to = 0;
  for (let n = 0; n < batchSize; n++) {
    for (const [h0, h1] of rows) {
      for (const [w0, w1] of columns) {
        const count = Math.max(0, h1 - h0) * Math.max(0, w1 - w0);
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let h = h0; h < h1; h++) {
            const row = (n * inHeight + h) * inWidth;
            for (let w = w0; w < w1; w++) sum += values[(row + w) * channels + c]!;
          }
          averages[to++] = sum / Math.max(1, count);
        }
      }
    }
  }
  return cpu.makeTensorInfo(outShape, dtype, averages);
};

/**
 * The gradients of avgPool and avgPool3d: dx[p] is the sum of dy / n over the windows that p is in, where n is the
 * number of elements of the window inside the image. The shipped cpu kernel divides by the whole window, padding
 * included, unlike its forward.
 *
 * input [batch, (inDepth,) inHeight, inWidth, channels], dy [batch, (outDepth,) outHeight, outWidth, channels].
 */
export const avgPoolGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const cpu = backend as MathBackendCPU;
  const upstream = cpu.data.get(dy.dataId).values as Float32Array;
  const {
    batchSize,
    inChannels: channels,
    depths,
    rows,
    columns,
    inDepth,
    inHeight,
    inWidth,
  } = windowsOf(input.shape, attrs as unknown as AvgPoolGradAttrs & AvgPool3DGradAttrs);
  // Sums in double precision, like the other kernels of this backend.
  const sums = new Float64Array(util.sizeFromShape(input.shape));
  let from = 0;
  for (let n = 0; n < batchSize; n++) {
    for (const [d0, d1] of depths) {
      for (const [h0, h1] of rows) {
        for (const [w0, w1] of columns) {
          const share = 1 / ((d1 - d0) * (h1 - h0) * (w1 - w0));
          for (let c = 0; c < channels; c++) {
            const gradient = upstream[from++]! * share;
            for (let d = d0; d < d1; d++) {
              for (let h = h0; h < h1; h++) {
                const row = ((n * inDepth + d) * inHeight + h) * inWidth;
                for (let w = w0; w < w1; w++) sums[(row + w) * channels + c]! += gradient;
              }
            }
          }
        }
      }
    }
  }
  return cpu.makeTensorInfo(input.shape, 'float32', new Float32Array(sums));
};

/** The windows of either rank, along every axis; 2D images have a depth of 1. */
function windowsOf(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolGradAttrs & AvgPool3DGradAttrs,
) {
  if (shape.length === 5) {
    const volume = shape as [number, number, number, number, number];
    const info = backend_util.computePool3DInfo(volume, filterSize, strides, 1, pad, dimRoundingMode);
    return {
      ...info,
      depths: ranges(info.outDepth, info.strideDepth, info.padInfo.front, info.filterDepth, info.inDepth),
      ...planeOf(info),
    };
  }
  const image = shape as [number, number, number, number];
  const size = filterSize as number | [number, number];
  const info = backend_util.computePool2DInfo(
    image,
    size,
    strides as number | [number, number],
    1,
    pad,
    dimRoundingMode,
  );
  const depths: [number, number][] = [[0, 1]];
  return { ...info, inDepth: 1, depths, ...planeOf(info) };
}

function planeOf(info: {
  readonly outHeight: number;
  readonly strideHeight: number;
  readonly filterHeight: number;
  readonly inHeight: number;
  readonly outWidth: number;
  readonly strideWidth: number;
  readonly filterWidth: number;
  readonly inWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}) {
  return {
    rows: ranges(info.outHeight, info.strideHeight, info.padInfo.top, info.filterHeight, info.inHeight),
    columns: ranges(info.outWidth, info.strideWidth, info.padInfo.left, info.filterWidth, info.inWidth),
  };
}
