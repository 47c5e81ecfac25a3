import { backend_util, type Conv3DBackpropInputV2Attrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { convolution, inputGradient } from './convolution.ts';

/**
 * The gradient of conv3d in its images [batch, inDepth, inHeight, inWidth, inChannels]. The shipped wasm kernel is
 * wrong, except for filters of one value.
 *
 * dy [batch, outDepth, outHeight, outWidth, outChannels], filter [depth, height, width, inChannels, outChannels].
 */
export function conv3DBackpropInput(
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  { strides, pad, inputShape }: Conv3DBackpropInputV2Attrs,
  workspace: Workspace,
): TensorInfo {
  const shape = filter.shape as [number, number, number, number, number];
  const info = backend_util.computeConv3DInfo(inputShape, shape, strides, 1, pad);
  const out = workspace.output(inputShape, 'float32');
  inputGradient(convolution(info), { dy, filter, out }, workspace);
  return out;
}
