import { backend_util, type Conv2DBackpropInputAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { convolution, inputGradient } from './convolution.ts';

/**
 * The gradient of conv2d in its images [batch, inHeight, inWidth, inChannels], and conv2dTranspose. The shipped wasm
 * kernel is correct, but takes ten times as long as the rest of the layer.
 *
 * dy [batch, outHeight, outWidth, outChannels], filter [height, width, inChannels, outChannels].
 */
export function conv2DBackpropInput(
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  { strides, pad, dimRoundingMode, inputShape }: Conv2DBackpropInputAttrs,
  workspace: Workspace,
): TensorInfo {
  const shape = filter.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(inputShape, shape, strides, 1, pad, dimRoundingMode);
  const out = workspace.output(inputShape, 'float32');
  inputGradient(convolution(info), { dy, filter, out }, workspace);
  return out;
}
