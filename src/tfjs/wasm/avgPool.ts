import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import {
  type Pool2DAttributes,
  type Pool3DAttributes,
  type Windows,
  windows2D,
  windows3D,
} from './windows.ts';

interface AvgPoolGradInputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
}

/**
 * avgPool of x [batch, inHeight, inWidth, channels]; a window that lies in the padding gives 0. The wasm backend's own
 * makes -Infinity of a window with a NaN, and leaves numbers unwritten where one lies in the padding.
 */
export function avgPool(
  { x }: { x: TensorInfo },
  attributes: Pool2DAttributes,
  workspace: Workspace,
): TensorInfo {
  const windows = windows2D(x, attributes);
  const out = workspace.output(windows.outShape, 'float32');
  averages(x, out, windows, false, workspace);
  return out;
}

/**
 * The gradient of avgPool in x: dx[p] is the sum of dy / n over the windows that p is in, with n the number of elements
 * of the window that lie inside the image. The wasm backend's own divides by the whole window, padding included, which
 * its forward does not.
 *
 * input [batch, inHeight, inWidth, channels], dy [batch, outHeight, outWidth, channels].
 */
export function avgPoolGrad(
  inputs: AvgPoolGradInputs,
  attributes: Pool2DAttributes,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, windows2D(inputs.input, attributes), workspace);
}

/** The same of avgPool3d: input [batch, inDepth, inHeight, inWidth, channels]. */
export function avgPool3DGrad(
  inputs: AvgPoolGradInputs,
  attributes: Pool3DAttributes,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, windows3D(inputs.input, attributes), workspace);
}

function gradient({ dy, input }: AvgPoolGradInputs, windows: Windows, workspace: Workspace): TensorInfo {
  const dx = workspace.output(input.shape, 'float32');
  averages(dx, dy, windows, true, workspace);
  return dx;
}

/** From pixels to the averages of their windows, or back. */
function averages(
  pixels: TensorInfo,
  averaged: TensorInfo,
  { batch, input, channels, output, size, strides, padding }: Windows,
  back: boolean,
  { kernels, address }: Workspace,
): void {
  kernels.averagePool(
    address(pixels),
    batch,
    ...input,
    channels,
    ...output,
    ...size,
    ...strides,
    ...padding,
    address(averaged),
    Number(back),
  );
}
