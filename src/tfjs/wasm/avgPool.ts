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
 * avgPool of x [batch, inHeight, inWidth, channels]; a window that lies in the padding gives 0. The shipped wasm kernel
 * returns -Infinity for a window with a NaN, and leaves the output unwritten for a window in the padding.
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
 * The gradient of avgPool in x: dx[p] is the sum of dy / n over the windows that p is in, where n is the number of
 * elements of the window inside the image. The shipped wasm kernel divides by the whole window, padding included,
 * unlike its forward.
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

/** The same for avgPool3d: input [batch, inDepth, inHeight, inWidth, channels]. */
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

/** Computes the averages of the windows from pixels, or pixels from windows. */
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
