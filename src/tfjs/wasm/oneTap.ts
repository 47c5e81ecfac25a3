import { backend_util, type Conv2DAttrs, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernelFunction, type Workspace } from './backend.ts';

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

/**
 * Whether each output of a convolution is computed from one pixel of one channel: the shipped kernels turn NaN into
 * -Infinity there.
 */
export function isOneTap({ x, filter }: Inputs, kernelName: string): boolean {
  const [rows, columns, inChannels, outChannels] = filter.shape;
  const isEach = outChannels === 1 && (kernelName !== 'Conv2D' || inChannels === 1);
  return rows === 1 && columns === 1 && isEach && x.dtype === 'float32' && filter.dtype === 'float32';
}

/** conv2d or depthwiseConv2d, replaced for filters of one tap. */
export const oneTapCorrected = (shipped: KernelFunc, kernelName: string): KernelFunc => {
  const own = kernelFunction((inputs: Inputs, attributes: Conv2DAttrs, workspace) =>
    oneTap(inputs, attributes, kernelName !== 'Conv2D', workspace),
  );
  return (parameters) =>
    isOneTap(parameters.inputs as unknown as Inputs, kernelName) ? own(parameters) : shipped(parameters);
};

/** x [batch, inHeight, inWidth, channels], filter [1, 1, channels, 1]. */
function oneTap(
  { x, filter }: Inputs,
  { strides, dilations, pad, dimRoundingMode }: Conv2DAttrs,
  isDepthwise: boolean,
  { kernels, address, output }: Workspace,
): TensorInfo {
  const info = backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
  const out = output(info.outShape, 'float32');
  kernels.oneTap(
    address(x),
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    address(filter),
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
    address(out),
    info.outHeight,
    info.outWidth,
  );
  return out;
}
