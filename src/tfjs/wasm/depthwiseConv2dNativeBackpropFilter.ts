import {
  backend_util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { depthwiseImages } from './depthwise.ts';
import { fours, padded, widened } from './padding.ts';

/**
 * The gradient of depthwiseConv2d in its filter [height, width, inChannels, multiplier], which wasm lacks:
 * dFilter[kh, kw, c, q] = sum over n, i, j of x[n, i s + kh d - top, j s + kw d - left, c] dy[n, i, j, c m + q].
 *
 * x [batch, inHeight, inWidth, inChannels], dy [batch, outHeight, outWidth, inChannels * multiplier].
 */
export function depthwiseConv2dNativeBackpropFilter(
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  { strides, dilations, pad, dimRoundingMode, filterShape }: DepthwiseConv2dNativeBackpropFilterAttrs,
  workspace: Workspace,
): TensorInfo {
  const { kernels, scratch, address } = workspace;
  const info = backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const out = workspace.output(filterShape, 'float32');
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const channels = fours(outChannels);
  const { images, sides } = depthwiseImages(info);
  const multiplier = outChannels / info.inChannels;
  const from = padded(address(x), images, sides, multiplier, channels, workspace);
  const taps = filterHeight * filterWidth;
  const gradient = channels === outChannels ? address(out) : scratch(taps * channels);
  kernels.depthwiseFilterGradient(
    from.address,
    from.sides[1],
    from.sides[2],
    channels,
    widened(address(dy), batchSize * outHeight * outWidth, outChannels, channels, workspace),
    batchSize,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    gradient,
  );
  if (channels !== outChannels) {
    kernels.cropped(gradient, 1, taps, channels, 1, 0, 0, address(out), 1, taps, outChannels);
  }
  return out;
}
