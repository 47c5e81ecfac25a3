import { type TensorInfo, type UnsortedSegmentSumAttrs, util } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';

/**
 * The gradient of gather, and so of an embedding; wasm lacks it (tfjs #8082). out[s] is the sum of the x[r] whose
 * segmentIds[r] is s.
 *
 * x [rows, ...], segmentIds int32 [rows], out [numSegments, ...].
 */
export function unsortedSegmentSum(
  { x, segmentIds }: { x: TensorInfo; segmentIds: TensorInfo },
  { numSegments }: UnsortedSegmentSumAttrs,
  { kernels, address, output }: Workspace,
): TensorInfo {
  const [rows = 0, ...inner] = x.shape;
  util.assert(
    segmentIds.shape.length === 1 && segmentIds.shape[0] === rows,
    () => `unsortedSegmentSum: expected segmentIds of shape [${rows}], got [${segmentIds.shape}]`,
  );
  util.assert(
    x.dtype === 'float32' || x.dtype === 'int32',
    () => `unsortedSegmentSum: expected x in float32 or int32, got ${x.dtype}`,
  );
  const out = output([numSegments, ...inner], x.dtype);
  const sum = x.dtype === 'int32' ? kernels.segmentSumInt32 : kernels.segmentSumFloat32;
  sum(address(x), address(segmentIds), rows, util.sizeFromShape(inner), numSegments, address(out));
  return out;
}
