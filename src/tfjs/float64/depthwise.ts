import {
  backend_util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs';
import { areFloat, numbersOf, type OnPlainArrays, placesOf, type Shape4D } from './convolution.ts';

/**
 * The gradient in the filter, where channel e of dy comes from channel floor(e / multiplier) of x: dFilter[i,j,e] = sum
 * over b,r,c of x[b, r*stride + i - top, c*stride + j - left, floor(e / multiplier)] * dy[b,r,c,e]
 */
export const depthwiseConv2dNativeBackpropFilter: OnPlainArrays<
  { x: TensorInfo; dy: TensorInfo },
  DepthwiseConv2dNativeBackpropFilterAttrs
> = ({ x, dy }, { strides, dilations, pad, dimRoundingMode, filterShape }, cpu) => {
  if (!areFloat(x, dy)) return null;
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  const multiplier = outChannels / inChannels;
  const [, dyHeight, dyWidth] = dy.shape as Shape4D;
  const from = numbersOf(cpu, x);
  const upstream = numbersOf(cpu, dy);
  const out = new Float32Array(util.sizeFromShape(info.filterShape));
  let to = 0;
  for (let i = 0; i < filterHeight; i++) {
    const [firstRow, endRow] = placesOf(i - top, strideHeight, inHeight, outHeight);
    for (let j = 0; j < filterWidth; j++, to += outChannels) {
      const [firstColumn, endColumn] = placesOf(j - left, strideWidth, inWidth, outWidth);
      for (let b = 0; b < batchSize; b++) {
        for (let r = firstRow; r < endRow; r++) {
          const row = (b * inHeight + r * strideHeight + i - top) * inWidth;
          for (let c = firstColumn; c < endColumn; c++) {
            let pixel = (row + c * strideWidth + j - left) * inChannels;
            let gradient = ((b * dyHeight + r) * dyWidth + c) * outChannels;
            for (let at = to; at < to + outChannels; pixel++)
              for (let m = 0; m < multiplier; m++, at++)
                out[at] = out[at]! + from[pixel]! * upstream[gradient++]!;
          }
        }
      }
    }
  }
  return cpu.makeTensorInfo(info.filterShape, 'float32', out);
};
