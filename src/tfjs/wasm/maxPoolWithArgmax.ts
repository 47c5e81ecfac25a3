import { type MaxPoolWithArgmaxAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { maxPool, windows2D } from './windows.ts';

/**
 * maxPoolWithArgmax of x [batch, inHeight, inWidth, channels]: the maxima, and as int32 their positions in x or, unless
 * `includeBatchInIndex`, in their image. The shipped wasm kernel starts its search at 1.2e-38, above every window of
 * negative values.
 */
export function maxPoolWithArgmax(
  { x }: { x: TensorInfo },
  { filterSize, strides, pad, includeBatchInIndex }: MaxPoolWithArgmaxAttrs,
  workspace: Workspace,
): [TensorInfo, TensorInfo] {
  util.assert(
    x.shape.length === 4,
    () => `Error in maxPool: input must be rank 4 but got rank ${x.shape.length}.`,
  );
  const windows = windows2D(x, { filterSize, strides, pad });
  const pooled = workspace.output(windows.outShape, x.dtype);
  const indexes = workspace.output(windows.outShape, 'int32');
  const targets = {
    maxima: workspace.address(pooled),
    positions: workspace.address(indexes),
    positionsInBatch: includeBatchInIndex,
  };
  maxPool(x, windows, targets, workspace);
  return [pooled, indexes];
}
