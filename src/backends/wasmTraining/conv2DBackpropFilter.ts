import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs';
import type { Workspace } from './backend.ts';
import { channelsLast } from './channelsLast.ts';
import { padded } from './padding.ts';

/**
 * The gradient of conv2d in its kernel, which wasm lacks (tfjs #8474):
 * dKernel[kh, kw, c, m] = sum over n, i, j of x[n, i s + kh - top, j s + kw - left, c] dy[n, i, j, m].
 *
 * x [batch, inHeight, inWidth, inChannels], dy [batch, outHeight, outWidth, outChannels].
 */
export function conv2DBackpropFilter(
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  { strides, pad, dataFormat, dimRoundingMode, filterShape }: Conv2DBackpropFilterAttrs,
  workspace: Workspace,
): TensorInfo {
  channelsLast('Conv2DBackpropFilter', dataFormat);
  const info = backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const out = workspace.output(filterShape, 'float32');
  const images = padded(workspace.address(x), info, 1, info.inChannels, workspace);
  workspace.kernels.conv2dFilterGradient(
    images.address,
    images.height,
    images.width,
    info.inChannels,
    workspace.address(dy),
    info.batchSize,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    workspace.address(out),
  );
  return out;
}
