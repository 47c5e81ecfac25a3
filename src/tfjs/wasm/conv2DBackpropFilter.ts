import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { convolution, filterGradient } from './convolution.ts';

/**
 * The gradient of conv2d in its filter [height, width, inChannels, outChannels], which wasm lacks (tfjs #8474).
 *
 * x [batch, inHeight, inWidth, inChannels], dy [batch, outHeight, outWidth, outChannels].
 */
export function conv2DBackpropFilter(
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  { strides, pad, dimRoundingMode, filterShape }: Conv2DBackpropFilterAttrs,
  workspace: Workspace,
): TensorInfo {
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
  const out = workspace.output(filterShape, 'float32');
  filterGradient(convolution(info), { x, dy, out }, workspace);
  return out;
}
