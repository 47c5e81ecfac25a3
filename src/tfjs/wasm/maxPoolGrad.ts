import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import {
  maxPool,
  type Pool2DAttributes,
  type Pool3DAttributes,
  type Windows,
  windows2D,
  windows3D,
} from './windows.ts';

interface MaxPoolGradInputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
}

/**
 * The gradient of maxPool in x: dx[p] is the sum of the dy of the windows whose maximum is at p. The shipped wasm
 * kernel starts its search at 1.2e-38, above every window of negative values, and misreads padding.
 *
 * input [batch, inHeight, inWidth, channels], dy [batch, outHeight, outWidth, channels].
 */
export function maxPoolGrad(
  inputs: MaxPoolGradInputs,
  attributes: Pool2DAttributes,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, windows2D(inputs.input, attributes), workspace);
}

/** The same for maxPool3d: input [batch, inDepth, inHeight, inWidth, channels]. */
export function maxPool3DGrad(
  inputs: MaxPoolGradInputs,
  attributes: Pool3DAttributes,
  workspace: Workspace,
): TensorInfo {
  return gradient(inputs, windows3D(inputs.input, attributes), workspace);
}

function gradient({ dy, input }: MaxPoolGradInputs, windows: Windows, workspace: Workspace): TensorInfo {
  const { kernels, address, output, scratch } = workspace;
  const dx = output(input.shape, 'float32');
  const count = util.sizeFromShape(windows.outShape);
  const positions = scratch(count);
  maxPool(input, windows, { maxima: 0, positions, positionsInBatch: true }, workspace);
  kernels.scatterAdd(address(dy), positions, count, address(dx), util.sizeFromShape(dx.shape));
  return dx;
}
