import { backend_util, type Conv3DBackpropFilterV2Attrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { convolution, filterGradient } from './convolution.ts';

/**
 * The gradient of conv3d in its filter [depth, height, width, inChannels, outChannels]. The shipped wasm kernel is
 * wrong for strides above 1.
 *
 * x [batch, inDepth, inHeight, inWidth, inChannels], dy [batch, outDepth, outHeight, outWidth, outChannels].
 */
export function conv3DBackpropFilter(
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  { strides, pad, filterShape }: Conv3DBackpropFilterV2Attrs,
  workspace: Workspace,
): TensorInfo {
  const shape = x.shape as [number, number, number, number, number];
  const info = backend_util.computeConv3DInfo(shape, filterShape, strides, 1, pad);
  const out = workspace.output(filterShape, 'float32');
  filterGradient(convolution(info), { x, dy, out }, workspace);
  return out;
}
