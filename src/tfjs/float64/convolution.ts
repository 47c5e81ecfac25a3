import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type MathBackendCPU,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs';

export type Shape4D = [number, number, number, number];

/**
 * A kernel of the cpu backend on plain arrays, for images with channels last. Every sum adds its terms in the shipped
 * kernel's order, so the results are the same to the last bit. Returns null for cases that are left to the shipped
 * kernel. The convolutions are about ten times as fast: the shipped ones read every value through a buffer of any rank.
 */
export type OnPlainArrays<Inputs, Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  cpu: MathBackendCPU,
) => TensorInfo | null;

export const numbersOf = (cpu: MathBackendCPU, { dataId }: TensorInfo): Float64Array =>
  cpu.data.get(dataId).values as unknown as Float64Array;

export const areFloat = (...tensors: TensorInfo[]): boolean =>
  tensors.every(({ dtype }) => dtype === 'float32');

/** y[b,r,c,e] = sum over i,j,d of x[b, r*stride + i*dilation - top, c*stride + j*dilation - left, d] * filter[i,j,d,e] */
export const conv2D: OnPlainArrays<{ x: TensorInfo; filter: TensorInfo }, Conv2DAttrs> = (
  { x, filter },
  { strides, pad, dataFormat, dilations, dimRoundingMode },
  cpu,
) => {
  if (dataFormat !== 'NHWC' || !areFloat(x, filter)) return null;
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4D,
    filter.shape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const { top, left } = info.padInfo;
  const from = numbersOf(cpu, x);
  const taps = numbersOf(cpu, filter);
  const out = new Float32Array(util.sizeFromShape(info.outShape));
  const isPlane = inChannels === 1 && outChannels === 1;
  const isInside = areWindowsInside(info);
  if (isPlane && isInside) {
    for (let b = 0; b < batchSize; b++)
      convolvePlane(
        from.subarray(b * inHeight * inWidth),
        taps,
        out.subarray(b * outHeight * outWidth),
        info,
      );
    return cpu.makeTensorInfo(info.outShape, 'float32', out);
  }
  const columns = Array.from({ length: filterWidth }, (_, j) =>
    placesOf(j * dilationWidth - left, strideWidth, inWidth, outWidth),
  );
  for (let b = 0; b < batchSize; b++) {
    for (let r = 0; r < outHeight; r++) {
      const to = (b * outHeight + r) * outWidth * outChannels;
      for (let i = 0; i < filterHeight; i++) {
        const row = r * strideHeight + i * dilationHeight - top;
        if (row < 0 || row >= inHeight) continue;
        for (let j = 0; j < filterWidth; j++) {
          const [firstColumn, endColumn] = columns[j]!;
          const corner = (b * inHeight + row) * inWidth + j * dilationWidth - left;
          const first = (i * filterWidth + j) * inChannels * outChannels;
          if (isPlane) {
            const tap = taps[first]!;
            for (let c = firstColumn; c < endColumn; c++)
              out[to + c] = out[to + c]! + from[corner + c * strideWidth]! * tap;
            continue;
          }
          for (let c = firstColumn; c < endColumn; c++) {
            const pixel = (corner + c * strideWidth) * inChannels;
            const at = to + c * outChannels;
            for (let d = 0, tap = first; d < inChannels; d++, tap += outChannels) {
              const value = from[pixel + d]!;
              for (let e = 0; e < outChannels; e++) out[at + e] = out[at + e]! + value * taps[tap + e]!;
            }
          }
        }
      }
    }
  }
  return cpu.makeTensorInfo(info.outShape, 'float32', out);
};

/** Whether every window lies inside the image, so that none needs padding. */
const areWindowsInside = ({
  inHeight,
  inWidth,
  outHeight,
  outWidth,
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
  dilationHeight,
  dilationWidth,
  padInfo: { top, left },
}: backend_util.Conv2DInfo): boolean =>
  top === 0 &&
  left === 0 &&
  (outHeight - 1) * strideHeight + (filterHeight - 1) * dilationHeight < inHeight &&
  (outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth < inWidth;

/**
 * One image of one channel whose windows all lie inside it, for one output channel. Computes six sums of a row at a
 * time, so that no addition waits for the one before.
 */
function convolvePlane(
  from: Float64Array,
  taps: Float64Array,
  out: Float32Array,
  {
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
  }: backend_util.Conv2DInfo,
): void {
  for (let r = 0; r < outHeight; r++) {
    for (let c = 0; c < outWidth; c += 6) {
      const rest = outWidth - 1 - c;
      const [second, third, fourth, fifth, sixth] = offsetsWithin(rest, strideWidth);
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      let sum4 = 0;
      let sum5 = 0;
      for (let i = 0; i < filterHeight; i++) {
        let pixel = (r * strideHeight + i * dilationHeight) * inWidth + c * strideWidth;
        for (let j = 0; j < filterWidth; j++, pixel += dilationWidth) {
          const tap = taps[i * filterWidth + j]!;
          sum0 += from[pixel]! * tap;
          sum1 += from[pixel + second]! * tap;
          sum2 += from[pixel + third]! * tap;
          sum3 += from[pixel + fourth]! * tap;
          sum4 += from[pixel + fifth]! * tap;
          sum5 += from[pixel + sixth]! * tap;
        }
      }
      const to = r * outWidth + c;
      out[to] = sum0;
      if (rest > 0) out[to + 1] = sum1;
      if (rest > 1) out[to + 2] = sum2;
      if (rest > 2) out[to + 3] = sum3;
      if (rest > 3) out[to + 4] = sum4;
      if (rest > 4) out[to + 5] = sum5;
    }
  }
}

/**
 * Offsets of the five elements after one of a row, of which `rest` exist; instead of those that do not, the last one is
 * computed again, and not stored.
 */
const offsetsWithin = (rest: number, stride: number): [number, number, number, number, number] => [
  stride * Math.min(1, rest),
  stride * Math.min(2, rest),
  stride * Math.min(3, rest),
  stride * Math.min(4, rest),
  stride * Math.min(5, rest),
];

/** dFilter[i,j,d,e] = sum over b,r,c of x[b, r*stride + i - top, c*stride + j - left, d] * dy[b,r,c,e] */
export const conv2DBackpropFilter: OnPlainArrays<
  { x: TensorInfo; dy: TensorInfo },
  Conv2DBackpropFilterAttrs
> = ({ x, dy }, { strides, pad, dataFormat, dimRoundingMode, filterShape }, cpu) => {
  if (dataFormat !== 'NHWC' || !areFloat(x, dy)) return null;
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4D,
    filterShape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  const from = numbersOf(cpu, x);
  // If the rounding mode differs from the forward's, the size of dy is not the one that these attributes imply.
  const [, dyHeight, dyWidth] = dy.shape as Shape4D;
  const upstream = numbersOf(cpu, dy);
  const out = new Float32Array(util.sizeFromShape(info.filterShape));
  const isPlane = inChannels === 1 && outChannels === 1;
  const isWhole = dyHeight === outHeight && dyWidth === outWidth && areWindowsInside(info);
  if (isPlane && isWhole) {
    planeFilter(from, upstream, out, info);
    return cpu.makeTensorInfo(info.filterShape, 'float32', out);
  }
  for (let i = 0; i < filterHeight; i++) {
    const [firstRow, endRow] = placesOf(i - top, strideHeight, inHeight, outHeight);
    for (let j = 0; j < filterWidth; j++) {
      const [firstColumn, endColumn] = placesOf(j - left, strideWidth, inWidth, outWidth);
      const to = (i * filterWidth + j) * inChannels * outChannels;
      let sum = 0;
      for (let b = 0; b < batchSize; b++) {
        for (let r = firstRow; r < endRow; r++) {
          let pixel =
            ((b * inHeight + r * strideHeight + i - top) * inWidth + firstColumn * strideWidth + j - left) *
            inChannels;
          let gradient = ((b * dyHeight + r) * dyWidth + firstColumn) * outChannels;
          for (let c = firstColumn; c < endColumn; c++) {
            if (isPlane) sum += from[pixel]! * upstream[gradient]!;
            else {
              for (let d = 0, at = to; d < inChannels; d++, at += outChannels) {
                const value = from[pixel + d]!;
                for (let e = 0; e < outChannels; e++)
                  out[at + e] = out[at + e]! + value * upstream[gradient + e]!;
              }
            }
            pixel += strideWidth * inChannels;
            gradient += outChannels;
          }
        }
      }
      if (isPlane) out[to] = sum;
    }
  }
  return cpu.makeTensorInfo(info.filterShape, 'float32', out);
};

/**
 * dFilter for images of one channel whose windows all lie inside them, and one output channel. Computes five sums of a
 * row at a time, so that no addition waits for the one before.
 */
function planeFilter(
  from: Float64Array,
  upstream: Float64Array,
  out: Float32Array,
  {
    batchSize,
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
  }: backend_util.Conv2DInfo,
): void {
  for (let i = 0; i < filterHeight; i++) {
    for (let j = 0; j < filterWidth; j += 5) {
      const rest = filterWidth - 1 - j;
      const [second, third, fourth, fifth] = offsetsWithin(rest, 1);
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      let sum4 = 0;
      let gradient = 0;
      for (let b = 0; b < batchSize; b++) {
        for (let r = 0; r < outHeight; r++) {
          let pixel = (b * inHeight + r * strideHeight + i) * inWidth + j;
          for (let c = 0; c < outWidth; c++, pixel += strideWidth, gradient++) {
            const dy = upstream[gradient]!;
            sum0 += from[pixel]! * dy;
            sum1 += from[pixel + second]! * dy;
            sum2 += from[pixel + third]! * dy;
            sum3 += from[pixel + fourth]! * dy;
            sum4 += from[pixel + fifth]! * dy;
          }
        }
      }
      const to = i * filterWidth + j;
      out[to] = sum0;
      if (rest > 0) out[to + 1] = sum1;
      if (rest > 1) out[to + 2] = sum2;
      if (rest > 2) out[to + 3] = sum3;
      if (rest > 3) out[to + 4] = sum4;
    }
  }
}

/**
 * The range of output positions, start and end (exclusive), whose window has this tap inside the image: 0 <= place *
 * stride + offset < length.
 */
export function placesOf(offset: number, stride: number, length: number, places: number): [number, number] {
  return [Math.max(0, Math.ceil(-offset / stride)), Math.min(places, Math.ceil((length - offset) / stride))];
}

/** dx[b,p,q,d] = sum over r,c,e of dy[b,r,c,e] * filter[p + top - r*stride, q + left - c*stride, d, e] */
export const conv2DBackpropInput: OnPlainArrays<
  { dy: TensorInfo; filter: TensorInfo },
  Conv2DBackpropInputAttrs
> = ({ dy, filter }, { inputShape, strides, pad, dataFormat, dimRoundingMode }, cpu) => {
  if (dataFormat !== 'NHWC' || !areFloat(dy, filter)) return null;
  const info = backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filter.shape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  // If the rounding mode differs from the forward's, the size of dy is not the one that these attributes imply.
  const [, dyHeight, dyWidth] = dy.shape as Shape4D;
  const upstream = numbersOf(cpu, dy);
  const taps = numbersOf(cpu, filter);
  const out = new Float32Array(util.sizeFromShape(info.inShape));
  let to = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let p = 0; p < inHeight; p++) {
      const firstRow = Math.max(0, Math.ceil((p + top + 1 - filterHeight) / strideHeight));
      const endRow = Math.min(outHeight, Math.floor((p + top) / strideHeight) + 1);
      for (let q = 0; q < inWidth; q++) {
        const firstColumn = Math.max(0, Math.ceil((q + left + 1 - filterWidth) / strideWidth));
        const endColumn = Math.min(outWidth, Math.floor((q + left) / strideWidth) + 1);
        for (let d = 0; d < inChannels; d++) {
          let sum = 0;
          for (let r = firstRow; r < endRow; r++) {
            const i = p + top - r * strideHeight;
            for (let c = firstColumn; c < endColumn; c++) {
              const j = q + left - c * strideWidth;
              const gradient = ((b * dyHeight + r) * dyWidth + c) * outChannels;
              const tap = ((i * filterWidth + j) * inChannels + d) * outChannels;
              for (let e = 0; e < outChannels; e++) sum += upstream[gradient + e]! * taps[tap + e]!;
            }
          }
          out[to++] = sum;
        }
      }
    }
  }
  return cpu.makeTensorInfo(info.inShape, 'float32', out);
};
