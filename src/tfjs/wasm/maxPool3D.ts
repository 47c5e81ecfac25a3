import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { maxPool, type Pool3DAttributes, windows3D } from './windows.ts';

/**
 * maxPool3d of x [batch, inDepth, inHeight, inWidth, channels]. The shipped wasm kernel starts its search at 1.2e-38,
 * so it returns that for every window of negative values.
 */
export function maxPool3D(
  { x }: { x: TensorInfo },
  attributes: Pool3DAttributes,
  workspace: Workspace,
): TensorInfo {
  const windows = windows3D(x, attributes);
  const out = workspace.output(windows.outShape, x.dtype);
  maxPool(x, windows, { maxima: workspace.address(out), positions: 0, positionsInBatch: true }, workspace);
  return out;
}
