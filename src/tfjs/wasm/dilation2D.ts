import { backend_util, type Dilation2DAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';

interface Dilation2DInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

type Dilation2DGradInputs = Dilation2DInputs & { readonly dy: TensorInfo };

/**
 * dilation2d of x [batch, inHeight, inWidth, channels] by filter [rows, columns, channels]: the maxima of x + filter.
 * The shipped wasm kernel starts its search at 1.2e-38, so it returns that for every window of negative sums.
 */
export function dilation2D(
  inputs: Dilation2DInputs,
  attributes: Dilation2DAttrs,
  workspace: Workspace,
): TensorInfo {
  const out = workspace.output(windowsOf(inputs, attributes).outShape, inputs.x.dtype);
  maxima(inputs, attributes, { maxima: workspace.address(out), inImages: 0, inFilter: 0 }, workspace);
  return out;
}

/** The gradient of dilation2d in x: every dy goes to the pixel whose sum was the maximum. */
export function dilation2DBackpropInput(
  inputs: Dilation2DGradInputs,
  attributes: Dilation2DAttrs,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, attributes, 'x', workspace);
}

/** The gradient of dilation2d in its filter: every dy goes to the tap whose sum was the maximum. */
export function dilation2DBackpropFilter(
  inputs: Dilation2DGradInputs,
  attributes: Dilation2DAttrs,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, attributes, 'filter', workspace);
}

function gradient(
  inputs: Dilation2DGradInputs,
  attributes: Dilation2DAttrs,
  to: 'x' | 'filter',
  workspace: Workspace,
): TensorInfo {
  const { kernels, address, output, scratch } = workspace;
  const { shape } = inputs[to];
  const out = output(shape, 'float32');
  const count = util.sizeFromShape(inputs.dy.shape);
  const positions = scratch(count);
  const targets = {
    maxima: 0,
    inImages: to === 'x' ? positions : 0,
    inFilter: to === 'filter' ? positions : 0,
  };
  maxima(inputs, attributes, targets, workspace);
  kernels.scatterAdd(address(inputs.dy), positions, count, address(out), util.sizeFromShape(shape));
  return out;
}

const windowsOf = ({ x, filter }: Dilation2DInputs, { strides, pad, dilations }: Dilation2DAttrs) =>
  backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  );

/**
 * Computes the maximum of every window, and its position in the images and in the filter; an address of 0 skips a
 * result.
 */
function maxima(
  { x, filter }: Dilation2DInputs,
  attributes: Dilation2DAttrs,
  targets: { readonly maxima: number; readonly inImages: number; readonly inFilter: number },
  { kernels, address }: Workspace,
): void {
  util.assert(
    x.dtype === filter.dtype && (x.dtype === 'float32' || x.dtype === 'int32'),
    () => `dilation2d: expected x and filter in float32 or int32, got ${x.dtype} and ${filter.dtype}`,
  );
  const info = windowsOf({ x, filter }, attributes);
  const dilate = x.dtype === 'int32' ? kernels.dilation2DInt32 : kernels.dilation2DFloat32;
  dilate(
    address(x),
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    address(filter),
    info.filterHeight,
    info.filterWidth,
    info.outHeight,
    info.outWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
    targets.maxima,
    targets.inImages,
    targets.inFilter,
  );
}
