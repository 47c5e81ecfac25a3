import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend_util,
  type Dilation2DAttrs,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';

type Values = Float32Array | Int32Array;

/**
 * Called with the position of a window's maximum in x and in the filter, both -1 where no tap lies inside the image.
 */
type Visit = (pixel: number, tap: number, maximum: number) => void;

/**
 * dilation2d of x [batch, inHeight, inWidth, channels] by filter [rows, columns, channels]: the maxima of x + filter.
 * The shipped cpu kernel starts its search at -2^53 and finds no maximum below that.
 */
export const dilation2D: KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
  const cpu = backend as MathBackendCPU;
  const { outShape } = windowsOf(x, filter, attrs as unknown as Dilation2DAttrs);
  const dtype = x.dtype as 'float32' | 'int32';
  const maxima = util.getTypedArrayFromDType(dtype, util.sizeFromShape(outShape));
  let at = 0;
  eachWindow(cpu, x, filter, attrs as unknown as Dilation2DAttrs, (_pixel, _tap, maximum) => {
    maxima[at++] = maximum;
  });
  return cpu.makeTensorInfo(outShape, dtype, maxima);
};

/**
 * The gradient of dilation2d in x: every dy goes to the pixel whose sum was the maximum, the first one of equal sums.
 */
export const dilation2DBackpropInput: KernelFunc = (parameters) =>
  gradient(parameters, 'x', (pixel) => pixel);

/** The gradient of dilation2d in its filter: every dy goes to the tap whose sum was the maximum. */
export const dilation2DBackpropFilter: KernelFunc = (parameters) =>
  gradient(parameters, 'filter', (_pixel, tap) => tap);

function gradient(
  { inputs, backend, attrs }: Parameters<KernelFunc>[0],
  to: 'x' | 'filter',
  placeOf: (pixel: number, tap: number) => number,
): TensorInfo {
  const { x, filter, dy } = inputs as { x: TensorInfo; filter: TensorInfo; dy: TensorInfo };
  const cpu = backend as MathBackendCPU;
  const { shape } = { x, filter }[to];
  const upstream = cpu.data.get(dy.dataId).values as Float32Array;
  // Sums in double precision, like the other kernels of this backend.
  const sums = new Float64Array(util.sizeFromShape(shape));
  let from = 0;
  eachWindow(cpu, x, filter, attrs as unknown as Dilation2DAttrs, (pixel, tap) => {
    const dyHere = upstream[from++]!;
    const place = placeOf(pixel, tap);
    if (place >= 0) sums[place]! += dyHere;
  });
  return cpu.makeTensorInfo(shape, 'float32', new Float32Array(sums));
}

const windowsOf = (x: TensorInfo, filter: TensorInfo, { strides, pad, dilations }: Dilation2DAttrs) =>
  backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  );

function eachWindow(
  cpu: MathBackendCPU,
  x: TensorInfo,
  filter: TensorInfo,
  attributes: Dilation2DAttrs,
  visit: Visit,
): void {
  const images = cpu.data.get(x.dataId).values as Values;
  const weights = cpu.data.get(filter.dataId).values as Values;
  const info = windowsOf(x, filter, attributes);
  const { batchSize, inHeight, inWidth, inChannels: channels, filterHeight, filterWidth, padInfo } = info;
  for (let n = 0; n < batchSize; n++) {
    for (let h = 0; h < info.outHeight; h++) {
      for (let w = 0; w < info.outWidth; w++) {
        for (let c = 0; c < channels; c++) {
          let maximum = Number.NEGATIVE_INFINITY;
          let pixel = -1;
          let tap = -1;
          for (let r = 0; r < filterHeight; r++) {
            const row = h * info.strideHeight - padInfo.top + r * info.dilationHeight;
            if (row < 0 || row >= inHeight) continue;
            for (let k = 0; k < filterWidth; k++) {
              const column = w * info.strideWidth - padInfo.left + k * info.dilationWidth;
              if (column < 0 || column >= inWidth) continue;
              const inImages = ((n * inHeight + row) * inWidth + column) * channels + c;
              const inFilter = (r * filterWidth + k) * channels + c;
              const sum = images[inImages]! + weights[inFilter]!;
              if (sum > maximum) {
                maximum = sum;
                pixel = inImages;
                tap = inFilter;
              }
            }
          }
          visit(pixel, tap, maximum);
        }
      }
    }
  }
}
