import type { Conv2DAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { addressIn, type Shortcut } from './shortcut.ts';

/** The largest number of products of a pixel and a tap: above it, threads may be faster than the shortcut. */
const PRODUCTS = 65536;
/** The smallest height and width of the output: the number of values that SIMD computes at a time. */
const LEAST = 4;

/**
 * conv2d of one-channel images with one filter, stride 1, no padding and no dilation, in float32. The shipped kernel
 * packs every new filter, and computes as many channels as SIMD has lanes, all but one of them 0.
 *
 * x [batch, height, width, 1], filter [rows, columns, 1, 1] -> [batch, height - rows + 1, width - columns + 1, 1]
 */
export const conv2D: Shortcut<{ x: TensorInfo; filter: TensorInfo }, Conv2DAttrs> = (
  { x, filter },
  { strides, pad, dataFormat, dilations },
  backend,
  kernels,
) => {
  if (pad !== 'valid' || dataFormat !== 'NHWC' || !isOne(strides) || !isOne(dilations)) return null;
  if (x.dtype !== 'float32' || filter.dtype !== 'float32' || x.shape.length !== 4) return null;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns, , outChannels] = filter.shape as [number, number, number, number];
  if (channels !== 1 || outChannels !== 1) return null;
  const outHeight = height - rows + 1;
  const outWidth = width - columns + 1;
  const taps = rows * columns;
  const size = batch * outHeight * outWidth;
  if (outHeight < LEAST || outWidth < LEAST || size * taps === 0 || size * taps > PRODUCTS) return null;
  const out = backend.makeOutput([batch, outHeight, outWidth, 1], 'float32');
  const images = addressIn(backend, x);
  const weights = addressIn(backend, filter);
  const to = addressIn(backend, out);
  for (let n = 0; n < batch; n++) {
    kernels.correlatePlane(
      images + 4 * n * height * width,
      height,
      width,
      weights,
      rows,
      columns,
      Number(sumsDownColumns(taps)),
      to + 4 * n * outHeight * outWidth,
    );
  }
  return out;
};

/** The order of the sum in the shipped kernel, which differs for filters of 4, 9 and 25 taps. */
const sumsDownColumns = (taps: number): boolean => taps === 4 || taps === 9 || taps === 25;

const isOne = (sides: number | readonly number[] | undefined): boolean =>
  sides === 1 || (Array.isArray(sides) && sides.every((side) => side === 1));
