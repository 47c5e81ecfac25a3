import {
  backend_util,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { depthwiseImages } from './depthwise.ts';
import { fours, widened } from './padding.ts';

/**
 * The gradient of depthwiseConv2d in its images, which wasm lacks: every dy[n, i, j, c m + q] adds filter[kh, kw, c, q]
 * dy[n, i, j, c m + q] to dx[n, i s + kh d - top, j s + kw d - left, c].
 *
 * dy [batch, outHeight, outWidth, inChannels * multiplier], filter [height, width, inChannels, multiplier].
 */
export function depthwiseConv2dNativeBackpropInput(
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  { strides, dilations, pad, dimRoundingMode, inputShape }: DepthwiseConv2dNativeBackpropInputAttrs,
  workspace: Workspace,
): TensorInfo {
  const { kernels, scratch, address } = workspace;
  const info = backend_util.computeConv2DInfo(
    inputShape,
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const out = workspace.output(inputShape, 'float32');
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const channels = fours(outChannels);
  const pixels = outHeight * outWidth;
  const upstream = widened(address(dy), batchSize * pixels, outChannels, channels, workspace);
  const taps = info.filterHeight * info.filterWidth;
  const kernel = widened(address(filter), taps, outChannels, channels, workspace);
  const [, height, width] = depthwiseImages(info).sides;
  const image = scratch(height * width * channels);
  for (let n = 0; n < batchSize; n++) {
    kernels.depthwiseInputGradient(
      upstream + 4 * n * pixels * channels,
      outHeight,
      outWidth,
      channels,
      kernel,
      info.filterHeight,
      info.filterWidth,
      info.strideHeight,
      info.strideWidth,
      info.dilationHeight,
      info.dilationWidth,
      image,
      height,
      width,
    );
    kernels.cropped(
      image,
      height,
      width,
      channels,
      outChannels / inChannels,
      info.padInfo.top,
      info.padInfo.left,
      address(out) + 4 * n * inHeight * inWidth * inChannels,
      inHeight,
      inWidth,
      inChannels,
    );
  }
  return out;
}
